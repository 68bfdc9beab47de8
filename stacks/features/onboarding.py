"""How does the factory learn of its models? What a deploy changes is sent, and put in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Aws, CustomResource, Duration
from constructs import Construct

from factory.events.catalogue import (
    CatalogueDeployed,
    DefinitionDeployed,
    ModelOnboarded,
    ModelRemoved,
    SpecChanged,
    SpecRefused,
)
from factory.events.people import DefinitionRevoked, GuardsApproved
from factory.layout import files, objects
from factory.settings import CatalogueSettings, OnboardSettings
from stacks.access.permission import permit
from stacks.access.registry import Registry
from stacks.constructs.function import Function, Needs
from stacks.constructs.published_file import AssetFile
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.recipe import Recipe
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.features.index import Index

NO_CHAMPION = objects.CHAMPIONS.replace("*", files.CHAMPION_ABSENT)


@dataclass(frozen=True, kw_only=True)
class OnboardingInputs:
    """What a deploy changes, and where it is written down."""

    index: Index
    registry: Registry
    catalogue: AssetFile
    work: Store


class Onboarding(Construct):
    """Tells the factory of each deploy: of the catalogue, or of a pipeline definition."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        inputs: OnboardingInputs,
    ) -> None:
        super().__init__(scope, id_)
        self._foundation, self._index, self._catalogue = foundation, inputs.index, inputs.catalogue
        self._registry, self._arns = inputs.registry, inputs.registry.arns
        self._queue = self._onboard()
        self.announcer = self._announcer(inputs.work)

    def announce(self, recipes: Sequence[Recipe]) -> None:
        """Have every deploy that changes a model or a recipe announced, once *recipes* are made."""
        told = CustomResource(
            self,
            "Catalogue",
            resource_type="Custom::Catalogue",
            service_token=self.announcer.function.function_arn,
            service_timeout=self.announcer.timeout,  # it may have ended without a word
            properties={
                "CatalogueUri": self._catalogue.uri,
                "Digest": self._catalogue.digest,
                "GroupPolicy": self._registry.policy,
                "Recipes": {recipe.name: recipe.made_of for recipe in recipes},
            },
        )
        told.node.add_dependency(*recipes)

    def _onboard(self) -> EventQueue:
        onboard = Function(
            self,
            "Onboard",
            name="onboard",
            foundation=self._foundation,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        onboard.configure(
            OnboardSettings(
                stage=self._foundation.stage.name,
                bus_name=self._foundation.bus.event_bus_name,
                index_table=self._index.table.name,
                specs_bucket=self._index.specs.name,
                group_policy=self._registry.policy,
            )
        )
        self._index.grant_read(onboard)
        self._index.grant_write(onboard)
        self._index.specs.grant_read(onboard.role, "onboard reads its line", objects.DEPLOYS)
        permit(
            onboard.role,
            "onboard makes a group in the registry for any model of the catalogue",
            actions=[
                "sagemaker:AddTags",
                "sagemaker:CreateModelPackageGroup",
                "sagemaker:DescribeModelPackageGroup",
                "sagemaker:ListTags",
            ],
            on=[self._arns.groups],
        )
        if self._foundation.home:
            permit(
                onboard.role,
                "onboard lets roles of other accounts into the group of any model",
                actions=[
                    "sagemaker:GetModelPackageGroupPolicy",
                    "sagemaker:PutModelPackageGroupPolicy",
                ],
                on=[self._arns.groups],
            )
        onboard.allow_emit(ModelOnboarded, ModelRemoved, SpecChanged, SpecRefused)
        queue = EventQueue(self, "Models", function=onboard)
        queue.subscribe("Commands", GuardsApproved, DefinitionRevoked)
        return queue

    def _announcer(self, work: Store) -> Function:
        announce = Function(
            self,
            "Announce",
            name="catalogue",
            foundation=self._foundation,
            needs=Needs(timeout=Duration.minutes(10), memory=1024),
        )
        announce.configure(
            CatalogueSettings(
                stage=self._foundation.stage.name,
                bus_name=self._foundation.bus.event_bus_name,
                index_table=self._index.table.name,
                specs_bucket=self._index.specs.name,
                work_bucket=work.name,
                onboard_queue_url=self._queue.url,
            )
        )
        self._catalogue.grant_read(announce.role, "catalogue copies what was deployed")
        self._index.grant_number(announce)
        work.grant_write(announce.role, "catalogue notes that there is no champion", NO_CHAMPION)
        self._queue.allow_send(announce, "catalogue hands each model that differs to onboard")
        self._allow_ask(announce)
        announce.allow_emit(CatalogueDeployed, DefinitionDeployed)
        return announce

    def _allow_ask(self, announce: Function) -> None:
        permit(
            announce.role,
            "catalogue reads the deployed definition of any recipe",
            actions=["sagemaker:DescribePipeline"],
            on=[self._arns.pipelines],
        )
        permit(
            announce.role,
            "catalogue reads on its own stack who says to have deployed it",
            actions=["cloudformation:DescribeStacks"],
            on=[Aws.STACK_ID],
        )
