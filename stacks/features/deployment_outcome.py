"""What became of a deployment? A function sees every change of an endpoint and reports it."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from factory.events.aws import ENDPOINT_CHANGED
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout import objects
from factory.layout.names import resource
from factory.settings import DeploymentOutcomeSettings
from stacks.access import alarm_permissions, sagemaker
from stacks.access.permission import permit
from stacks.access.registry import Registry
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.features.endpoint_probes import EndpointProbes


class DeploymentOutcome(Construct):
    """The function `deployment_outcome`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        probes: EndpointProbes,
        approved: Store,
        registry: Registry,
    ) -> None:
        super().__init__(scope, id_)
        stage = foundation.stage.name
        outcome = Function(
            self,
            "Settle",
            name="deployment_outcome",
            foundation=foundation,
            needs=Needs(timeout=Duration.seconds(30), recursive=True),
        )
        self.role = outcome.role
        self.queue = EventQueue(self, "Changes", function=outcome)
        self.queue.allow_send(outcome, "deployment_outcome looks again at what is not proven yet")
        probes.queue.allow_send(outcome, "deployment_outcome has asked what is not proven yet")
        why = "deployment_outcome reads what probes have found of a configuration"
        probes.probings.grant_get(outcome.role, why)
        outcome.configure(
            DeploymentOutcomeSettings(
                bus_name=foundation.bus.event_bus_name,
                approved_bucket=approved.name,
                probings_table=probes.probings.name,
                outcome_queue_url=self.queue.url,
                probe_queue_url=probes.queue.url,
            )
        )
        why = "deployment_outcome reads what any endpoint is meant to serve"
        approved.grant_read(outcome.role, why, objects.INTENTS)
        approved.grant_list(outcome.role, "deployment_outcome finds out that nothing is meant")
        permit(
            outcome.role,
            "deployment_outcome reads any endpoint",
            actions=["sagemaker:DescribeEndpoint"],
            on=[sagemaker.Arns(stage).endpoints],
        )
        why = "deployment_outcome asks the registry whether what serves is approved"
        registry.allow_describe(outcome.role, why)
        alarm_permissions.allow_delete_alarms(outcome.role, "deployment_outcome", stage)
        outcome.allow_emit(ModelDeployed, DeploymentFailed, IncidentOpened, IncidentClosed)
        pattern = events.EventPattern(
            source=["aws.sagemaker"],
            detail_type=[ENDPOINT_CHANGED],
            detail={"EndpointName": events.Match.prefix(resource(stage, ""))},
        )
        self.queue.subscribe_aws("Endpoints", pattern)
