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
from stacks.constructs.published_file import Document
from stacks.constructs.queue_trigger import Inbox
from stacks.constructs.shared import Commons


class Onboarding(Construct):
    """Tells the factory of each catalogue that is deployed, whose digest is *digest*."""

    def __init__(
        self, scope: Construct, id_: str, *, commons: Commons, catalogue: Document, digest: str
    ) -> None:
        super().__init__(scope, id_)
        self._bus, self._document = commons.bus.event_bus_name, catalogue
        onboard = self._onboard(commons)
        inbox = Inbox(self, "Models", function=onboard)
        announce = self._announce(commons, inbox)
        CustomResource(
            self,
            "Catalogue",
            resource_type="Custom::Catalogue",
            service_token=announce.function.function_arn,
            properties={"CatalogueUri": catalogue.uri, "Digest": digest},
        )

    def _onboard(self, commons: Commons) -> Function:
        onboard = Function(
            self,
            "Onboard",
            name="onboard",
            commons=commons,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        onboard.told(OnboardSettings(bus_name=self._bus, catalogue_uri=self._document.uri))
        self._document.let_read(onboard.role, "onboard reads the catalogue")
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

    def _announce(self, commons: Commons, inbox: Inbox) -> Function:
        announce = Function(
            self,
            "Announce",
            name="catalogue",
            commons=commons,
            needs=Needs(timeout=Duration.minutes(1)),
        )
        announce.told(
            CatalogueSettings(
                bus_name=self._bus,
                catalogue_uri=self._document.uri,
                onboard_queue_url=inbox.queue.queue_url,
            )
        )
        self._document.let_read(announce.role, "catalogue reads what was deployed")
        permit(
            announce.role,
            "catalogue hands each model to onboard",
            actions=["sqs:SendMessage"],
            on=[inbox.queue.queue_arn],
        )
        announce.allow_emit(CatalogueChanged, DefinitionDeployed)
        return announce
