"""Who notices that something else serves than was approved? A function compares, every hour."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from factory.events.aws import API_CALL, ENDPOINT_CHANGED
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.layout import objects
from factory.layout.names import resource, runbook
from factory.reconciliation.trail import CALLS, NAMED
from factory.settings import ReconcileSettings
from stacks.access import alarm_permissions, sagemaker
from stacks.access.permission import permit
from stacks.access.registry import Registry
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.constructs.table import Table
from stacks.features.deployment_outcome import DeploymentOutcome
from stacks.features.endpoint_probes import EndpointProbes
from stacks.features.index import Index
from stacks.features.promotion import Promotion

CONCURRENCY = 2  # it is in no hurry, and SageMaker limits how often an account describes
HOURS_WITHOUT = 3
STOPPED = f"nobody compares what serves with what was approved; {runbook('reconcile')}"


@dataclass(frozen=True, kw_only=True)
class ReconciliationInputs:
    """What is compared, and to whom what got lost is handed on."""

    index: Index
    approved: Store
    captures: Store
    probes: EndpointProbes
    promotion: Promotion
    outcome: DeploymentOutcome
    registry: Registry


class Reconciliation(Construct):
    """The function `reconcile`, and the table in which it remembers what it has told."""

    def __init__(
        self, scope: Construct, id_: str, *, foundation: Foundation, inputs: ReconciliationInputs
    ) -> None:
        super().__init__(scope, id_)
        self._stage, self._inputs = foundation.stage.name, inputs
        self.differences = Table(self, "Differences", foundation=foundation)
        self.function = Function(
            self,
            "Reconcile",
            name="reconcile",
            foundation=foundation,
            needs=Needs(timeout=Duration.minutes(1), recursive=True),
        )
        self.queue = EventQueue(
            self, "Checks", function=self.function, batch=5, concurrency=CONCURRENCY
        )
        self.function.configure(self._settings(foundation))
        self._subscribe()
        self._allow_remember()
        self._allow_read()
        self._allow_describe()
        self._allow_list()
        self._allow_hand_on()
        self.function.allow_emit(IncidentOpened, IncidentClosed)
        self._watch(foundation)

    def _settings(self, foundation: Foundation) -> ReconcileSettings:
        inputs = self._inputs
        own = (inputs.promotion.function.role, inputs.outcome.role)
        return ReconcileSettings(
            stage=self._stage,
            groups=inputs.registry.groups,
            bus_name=foundation.bus.event_bus_name,
            index_table=inputs.index.table.address(self),
            specs_bucket=inputs.index.specs.name,
            approved_bucket=inputs.approved.name,
            captures_bucket=inputs.captures.name,
            probings_table=inputs.probes.probings.name,
            differences_table=self.differences.name,
            reconcile_queue_url=self.queue.url,
            promote_queue_url=inputs.promotion.queue.url,
            outcome_queue_url=inputs.outcome.queue.url,
            own_roles=",".join(role.role_name for role in own),
        )

    def _subscribe(self) -> None:
        """Begin with all every hour, and check one endpoint when somebody has touched it."""
        begin = events.RuleTargetInput.from_object({"after": ""})
        target = targets.SqsQueue(
            self.queue.queue, message=begin, dead_letter_queue=self.queue.failed
        )
        schedule = events.Schedule.rate(Duration.hours(1))
        events.Rule(self, "Hourly", schedule=schedule, targets=[target])
        prefix = resource(self._stage, "")
        changes = events.EventPattern(
            source=["aws.sagemaker"],
            detail_type=[ENDPOINT_CHANGED],
            detail={"EndpointName": events.Match.prefix(prefix)},
        )
        self.queue.subscribe_aws("Endpoints", changes)
        calls = events.EventPattern(
            source=["aws.monitoring", "aws.sagemaker"],
            detail_type=[API_CALL],
            detail={
                "eventName": list(CALLS),
                "errorCode": [{"exists": False}],
                "requestParameters": {"$or": [{name: [{"prefix": prefix}]} for name in NAMED]},
            },
        )
        self.queue.subscribe_aws("Calls", calls)

    def _allow_remember(self) -> None:
        role, why = self.function.role, "reconcile records what it tells of an endpoint"
        self.differences.grant_read_write(role, why)
        self.differences.grant_scan(role, "reconcile looks again at what differed, page by page")

    def _allow_read(self) -> None:
        role, inputs = self.function.role, self._inputs
        inputs.index.grant_read(self.function)
        inputs.probes.probings.grant_get(role, "reconcile reads whether an endpoint was at rest")
        why = "reconcile reads what any endpoint is meant to serve, and what was asked for it"
        inputs.approved.grant_read(role, why, objects.INTENTS, objects.DEPLOYMENTS)
        inputs.approved.grant_list(role, "reconcile lists the endpoints that are meant")
        why = "reconcile sees whether any endpoint captures, by the names of files alone"
        inputs.captures.grant_list(role, why, objects.CAPTURES)
        alarm_permissions.allow_read_alarms(role, "reconcile", self._stage)

    def _allow_describe(self) -> None:
        role, arns = self.function.role, sagemaker.Arns(self._stage)
        permit(
            role,
            "reconcile reads what serves any model, and what it is made of",
            actions=[
                "sagemaker:DescribeEndpoint",
                "sagemaker:DescribeEndpointConfig",
                "sagemaker:DescribeModel",
                "sagemaker:DescribeModelPackageGroup",
            ],
            on=[arns.endpoints, arns.configs, arns.models, arns.groups],
        )
        self._inputs.registry.allow_read(role, "reconcile")

    def _allow_list(self) -> None:
        permit(
            self.function.role,
            "reconcile lists endpoints and groups, which AWS allows for all of them or none; it "
            "looks at those alone whose names begin as the stage's",
            actions=["sagemaker:ListEndpoints", "sagemaker:ListModelPackageGroups"],
            on=["*"],
        )
        permit(
            self.function.role,
            "reconcile counts what endpoints answer, in metrics that AWS opens all or none of",
            actions=["cloudwatch:GetMetricStatistics"],
            on=["*"],
        )

    def _allow_hand_on(self) -> None:
        inputs = self._inputs
        self.queue.allow_send(self.function, "reconcile asks itself for one endpoint at a time")
        why = "reconcile has promotion look again at a decision that it did not act on"
        inputs.promotion.queue.allow_send(self.function, why)
        why = "reconcile has the end of a deployment told that nobody was told of"
        inputs.outcome.queue.allow_send(self.function, why)

    def _watch(self, foundation: Foundation) -> None:
        """Raise an alarm when it does not run: whoever stops it is noticed by CloudWatch."""
        alarm = cloudwatch.Alarm(
            self,
            "Stopped",
            metric=self.function.function.metric_invocations(
                period=Duration.hours(1), statistic="Sum"
            ),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            evaluation_periods=HOURS_WITHOUT,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
            alarm_description=f"{self.node.path}: {STOPPED}",
        )
        alarm.add_alarm_action(actions.SnsAction(foundation.alerts))
