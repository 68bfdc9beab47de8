"""How does the factory learn of its models? The catalogue is deployed, and each is onboarded."""

from __future__ import annotations

from aws_cdk import CustomResource, Duration
from constructs import Construct

from factory.events.catalogue import (
    CatalogueChanged,
    DefinitionDeployed,
    ModelOnboarded,
    SpecChanged,
)
from factory.settings import CatalogueSettings, OnboardSettings
from stacks.access import sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.published_file import AssetFile
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation


class Onboarding(Construct):
    """Tells the factory of each catalogue that is deployed, whose digest is *digest*."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        catalogue: AssetFile,
        digest: str,
    ) -> None:
        super().__init__(scope, id_)
        self._bus, self._document = foundation.bus.event_bus_name, catalogue
        onboard = self._onboard(foundation)
        queue = EventQueue(self, "Models", function=onboard)
        announce = self._announce(foundation, queue)
        CustomResource(
            self,
            "Catalogue",
            resource_type="Custom::Catalogue",
            service_token=announce.function.function_arn,
            properties={"CatalogueUri": catalogue.uri, "Digest": digest},
        )

    def _onboard(self, foundation: Foundation) -> Function:
        onboard = Function(
            self,
            "Onboard",
            name="onboard",
            foundation=foundation,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        onboard.configure(OnboardSettings(bus_name=self._bus, catalogue_uri=self._document.uri))
        self._document.grant_read(onboard.role, "onboard reads the catalogue")
        permit(
            onboard.role,
            "onboard makes a group in the registry for any model of the catalogue",
            actions=[
                "sagemaker:AddTags",
                "sagemaker:CreateModelPackageGroup",
                "sagemaker:DescribeModelPackageGroup",
            ],
            on=[sagemaker.GROUPS],
        )
        onboard.allow_emit(ModelOnboarded, SpecChanged)
        return onboard

    def _announce(self, foundation: Foundation, queue: EventQueue) -> Function:
        announce = Function(
            self,
            "Announce",
            name="catalogue",
            foundation=foundation,
            needs=Needs(timeout=Duration.minutes(1)),
        )
        announce.configure(
            CatalogueSettings(
                bus_name=self._bus,
                catalogue_uri=self._document.uri,
                onboard_queue_url=queue.url,
            )
        )
        self._document.grant_read(announce.role, "catalogue reads what was deployed")
        permit(
            announce.role,
            "catalogue hands each model to onboard",
            actions=["sqs:SendMessage"],
            on=[queue.queue.queue_arn],
        )
        announce.allow_emit(CatalogueChanged, DefinitionDeployed)
        return announce
