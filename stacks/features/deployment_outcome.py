"""What became of a deployment? A function sees every change of an endpoint and reports it."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout.names import resource
from factory.settings import DeploymentOutcomeSettings
from stacks.access import alarm_permissions, sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation


class DeploymentOutcome(Construct):
    """The function `deployment_outcome`."""

    def __init__(self, scope: Construct, id_: str, *, foundation: Foundation) -> None:
        super().__init__(scope, id_)
        stage = foundation.stage.name
        outcome = Function(
            self,
            "Settle",
            name="deployment_outcome",
            foundation=foundation,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        outcome.configure(DeploymentOutcomeSettings(bus_name=foundation.bus.event_bus_name))
        permit(
            outcome.role,
            "deployment_outcome reads any endpoint, and tags it with what failed",
            actions=[
                "sagemaker:AddTags",
                "sagemaker:DeleteTags",
                "sagemaker:DescribeEndpoint",
                "sagemaker:ListTags",
            ],
            on=[sagemaker.Arns(stage).endpoints],
        )
        alarm_permissions.allow_delete_alarms(outcome.role, "deployment_outcome", stage)
        outcome.allow_emit(ModelDeployed, DeploymentFailed, IncidentOpened, IncidentClosed)
        pattern = events.EventPattern(
            source=["aws.sagemaker"],
            detail_type=["SageMaker Endpoint State Change"],
            detail={"EndpointName": events.Match.prefix(resource(stage, ""))},
        )
        EventQueue(self, "Changes", function=outcome).subscribe_aws("Endpoints", pattern)
