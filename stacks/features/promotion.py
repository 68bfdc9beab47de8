"""How does an approval become a served model? Checked, copied for good, and put in service."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.events.model import (
    ApprovalRefused,
    DeploymentFailed,
    ModelDeployed,
    ModelPromoted,
    PromotionDeferred,
    RollbackRefused,
)
from factory.events.people import ModelApproved, ModelRejected, RollbackRequested
from factory.layout import objects
from factory.settings import PromoteSettings
from stacks.access import alarm_permissions, sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.published_file import Document
from stacks.constructs.queue_trigger import Inbox
from stacks.constructs.shared import Commons
from stacks.constructs.store import Store

KEPT = (objects.MODELS, objects.APPROVALS, objects.BASELINES, objects.ROLLBACKS)


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What promotion takes from training, and where it puts it."""

    catalogue: Document
    work: Store
    evidence: Store
    approved: Store
    captures: Store
    serving: iam.Role
    """The role of the endpoints."""
    probes: Inbox
    """Where probes of an update are asked for."""


class Promotion(Construct):
    """The function `promote`, which hears of packages that change, commands and outcomes."""

    def __init__(self, scope: Construct, id_: str, *, commons: Commons, handover: Handover) -> None:
        super().__init__(scope, id_)
        self._handover = handover
        self.function = Function(
            self,
            "Promote",
            name="promote",
            commons=commons,
            # an artifact is held in memory while it is hashed
            needs=Needs(timeout=Duration.minutes(2), memory=1024),
        )
        self.function.told(
            PromoteSettings(
                bus_name=commons.bus.event_bus_name,
                catalogue_uri=handover.catalogue.uri,
                evidence_bucket=handover.evidence.name,
                approved_bucket=handover.approved.name,
                captures_bucket=handover.captures.name,
                serving_role_arn=handover.serving.role_arn,
                alerts_topic_arn=commons.alerts.topic_arn,
                probe_queue_url=handover.probes.queue.queue_url,
            )
        )
        self._let_check()
        self._let_keep()
        self._let_serve()
        self._let_guard()
        self.function.allow_emit(
            ModelApproved,
            ModelRejected,
            ApprovalRefused,
            ModelPromoted,
            PromotionDeferred,
            RollbackRefused,
        )
        self._hear()

    def _hear(self) -> None:
        inbox = Inbox(self, "Decisions", function=self.function, batch=1)
        packages = events.EventPattern(
            source=["aws.sagemaker"], detail_type=["SageMaker Model Package State Change"]
        )
        inbox.subscribe_aws("Packages", packages, about=self._handover.work)
        inbox.subscribe("Commands", RollbackRequested)
        inbox.subscribe("Outcomes", ModelDeployed, DeploymentFailed)

    def _let_check(self) -> None:
        role, handover = self.function.role, self._handover
        registry = Stack.of(handover.work).account
        handover.catalogue.let_read(role, "promote reads the catalogue")
        for store, keys in (
            (handover.evidence, objects.RUNS),
            (handover.work, objects.outputs("train")),
        ):
            store.let_list(role, "promote finds out whether something is gone")
            store.let_read(role, "promote looks again at what was approved, of any run", keys)
        sagemaker.let_see_packages(role, "promote", registry)
        permit(
            role,
            "promote withdraws an approval that does not hold, of any package",
            actions=["sagemaker:UpdateModelPackage"],
            on=[sagemaker.packages(registry)],
            when={"StringEquals": {sagemaker.STATUS: "Rejected"}},
        )
        permit(
            role,
            "promote asks any run which package it registered",
            actions=["sagemaker:ListPipelineExecutionSteps"],
            on=[sagemaker.runs(registry)],
        )
        permit(
            role,
            "promote compares the definition that ran with the one deployed, of any recipe",
            actions=[
                "sagemaker:DescribePipeline",
                "sagemaker:DescribePipelineDefinitionForExecution",
            ],
            on=[sagemaker.pipelines(registry), sagemaker.runs(registry)],
        )

    def _let_keep(self) -> None:
        role, approved = self.function.role, self._handover.approved
        approved.let_list(role, "promote finds out what it kept before")
        approved.let_read(role, "promote reads its copies again", *KEPT)
        approved.let_write(role, "promote alone keeps approved models and approvals", *KEPT)

    def _let_serve(self) -> None:
        role = self.function.role
        permit(
            role,
            "promote serves any model of the catalogue",
            actions=[
                "sagemaker:AddTags",
                "sagemaker:CreateEndpoint",
                "sagemaker:CreateEndpointConfig",
                "sagemaker:CreateModel",
                "sagemaker:DeleteEndpoint",
                "sagemaker:DescribeEndpoint",
                "sagemaker:DescribeEndpointConfig",
                "sagemaker:DescribeModel",
                "sagemaker:ListTags",
                "sagemaker:UpdateEndpoint",
            ],
            on=[sagemaker.MODELS, sagemaker.CONFIGS, sagemaker.ENDPOINTS],
        )
        sagemaker.let_pass(role, "promote gives endpoints their role", self._handover.serving)

    def _let_guard(self) -> None:
        permit(
            self.function.role,
            "promote guards any configuration of any model with alarms",
            actions=["cloudwatch:PutMetricAlarm"],
            on=[alarm_permissions.ALARMS],
        )
        self._handover.probes.let_send(self.function, "promote has updates probed")
