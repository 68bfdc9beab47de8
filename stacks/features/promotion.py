"""How does an approval become a served model? Checked, copied for good, and put in service."""

from __future__ import annotations

import json
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.events.aws import PACKAGE_CHANGED
from factory.events.catalogue import SpecChanged
from factory.events.incident import IncidentOpened
from factory.events.model import (
    ApprovalRefused,
    DeploymentFailed,
    ModelDeployed,
    ModelPromoted,
    ModelRecalled,
    PromotionDeferred,
    RollbackRefused,
)
from factory.events.people import ModelApproved, ModelRejected, RollbackRequested
from factory.layout import objects
from factory.layout.names import resource
from factory.settings import PromoteSettings
from stacks.access import alarm_permissions, containers, sagemaker
from stacks.access.permission import permit
from stacks.access.registry import Registry
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.features.index import Index

KEPT = (
    objects.MODELS,
    objects.APPROVALS,
    objects.BASELINES,
    objects.DEPLOYMENTS,
    objects.ROLLBACKS,
)


@dataclass(frozen=True, kw_only=True)
class PromotionInputs:
    """What promotion takes from training, and where it puts it."""

    index: Index
    registry: Registry
    work: Store
    evidence: Store
    approved: Store
    captures: Store
    replays: Store
    """Where judged rows are for as long as an approval holds."""
    serving: iam.Role
    """The role of the endpoints."""
    probes: EventQueue
    """Where probes of an update are asked for."""


class Promotion(Construct):
    """The function `promote`, which hears of packages that change, commands and outcomes."""

    def __init__(
        self, scope: Construct, id_: str, *, foundation: Foundation, inputs: PromotionInputs
    ) -> None:
        super().__init__(scope, id_)
        self._inputs = inputs
        self._stage = foundation.stage.name
        self._arns = sagemaker.Arns(self._stage)
        self.function = Function(
            self,
            "Promote",
            name="promote",
            foundation=foundation,
            needs=Needs(timeout=Duration.minutes(2)),  # S3 copies an artifact twice meanwhile
        )
        network = foundation.network
        self.function.configure(
            PromoteSettings(
                stage=foundation.stage.name,
                groups=inputs.registry.groups,
                bus_name=foundation.bus.event_bus_name,
                index_table=inputs.index.table.address(self),
                specs_bucket=inputs.index.specs.name,
                work_bucket=inputs.work.name,
                evidence_bucket=inputs.evidence.name,
                approved_bucket=inputs.approved.name,
                replays_bucket=inputs.replays.name,
                captures_bucket=inputs.captures.name,
                serving_role_arn=inputs.serving.role_arn,
                key_arn=foundation.key.key_arn,
                network=json.dumps(network.config if network else {}),
                alerts_topic_arn=foundation.alerts.topic_arn,
                probe_queue_url=inputs.probes.url,
            )
        )
        self._allow_check()
        self._allow_keep()
        self._allow_serve()
        self._allow_guard()
        self.function.allow_emit(
            ModelApproved,
            ModelRejected,
            ApprovalRefused,
            ModelPromoted,
            ModelRecalled,
            PromotionDeferred,
            RollbackRefused,
            IncidentOpened,
        )
        self._hear()

    def _hear(self) -> None:
        queue = self.queue = EventQueue(self, "Decisions", function=self.function, batch=1)
        packages = events.EventPattern(
            source=["aws.sagemaker"],
            detail_type=[PACKAGE_CHANGED],
            detail={"ModelPackageGroupName": events.Match.prefix(resource(self._stage, ""))},
        )
        queue.subscribe_aws("Packages", packages, about=self._inputs.work)
        queue.subscribe("Commands", RollbackRequested)
        queue.subscribe("Outcomes", ModelDeployed, DeploymentFailed)
        queue.subscribe("Specs", SpecChanged)  # that retires a model

    def _allow_check(self) -> None:
        role, inputs = self.function.role, self._inputs
        inputs.index.grant_read(self.function)
        asked = (objects.RUNS, objects.REPLAYS)
        records = (objects.REQUESTS, objects.BOUND, objects.REGISTRATIONS)
        for store, keys in (
            (inputs.evidence, (*asked, *records)),
            (inputs.work, (objects.outputs("train"),)),
        ):
            store.grant_list(role, "promote finds out whether something is gone")
            why = "promote looks again at what was approved, of any run"
            store.grant_read(role, why, *keys, versions=store is inputs.work)
        why = "promote stages artifacts, so that S3 tells their digests"
        inputs.work.grant_read(role, why, objects.STAGED, versions=True)
        inputs.work.grant_write(role, why, objects.STAGED)
        inputs.registry.allow_read(role, "promote")
        why = "promote withdraws an approval that does not hold, of any package"
        inputs.registry.allow_reject(role, why)

    def _allow_keep(self) -> None:
        role, approved = self.function.role, self._inputs.approved
        approved.grant_list(role, "promote finds out what it kept before")
        read = (*KEPT, objects.INTENTS)
        approved.grant_read(role, "promote reads again what it has kept", *read)
        approved.grant_write(role, "promote alone keeps approved models and approvals", *KEPT)
        why = "promote alone says what any endpoint is meant to serve"
        approved.grant_write(role, why, objects.INTENTS)
        approved.reserve("*", role, once=False)
        approved.hide_nothing("*")
        approved.write_once(*KEPT)
        replays = self._inputs.replays
        replays.grant_write(role, "promote alone keeps judged rows", objects.REPLAYS)
        replays.grant_delete(role, "promote deletes them with the approval", objects.REPLAYS)

    def _allow_serve(self) -> None:
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
                "sagemaker:UpdateEndpoint",
            ],
            on=[self._arns.models, self._arns.configs, self._arns.endpoints],
        )
        sagemaker.allow_pass_role(role, "promote gives endpoints their role", self._inputs.serving)
        containers.allow_encrypt_disks(role, "an endpoint", self.function.foundation.key)

    def _allow_guard(self) -> None:
        alarm_permissions.allow_metrics(self.function.role, "promote", self._stage)
        permit(
            self.function.role,
            "promote guards any configuration of any model with alarms",
            actions=["cloudwatch:PutMetricAlarm"],
            on=[alarm_permissions.alarms(self._stage)],
        )
        self._inputs.probes.allow_send(self.function, "promote has updates probed")
