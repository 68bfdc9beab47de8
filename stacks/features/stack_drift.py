"""Who notices that somebody changed by hand what the stacks made? One function in each account."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from constructs import Construct

from factory.events.aws import API_CALL
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.layout import names
from factory.settings import StackDriftSettings
from factory.stack_drift.deployed import AT_REST
from factory.stack_drift.trail import CLOUDFORMATION, STACK_STATUS
from stacks.access import stack_reading
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.table import Table

STOPPED = f"nobody compares what the stacks made; {names.runbook('stack-drift')}"
BATCH = 100  # messages of a minute that are one check
SERVICES = ("events", "iam", "lambda", "monitoring", "s3", "sns", "sqs")
"""Whose calls ask for a check at once, as event sources call them. KMS has none that are rare."""


class StackDrift(Construct):
    """The function `stack_drift`: it compares what *stacks*, all of one account, made.

    The stack that it is in must be the last of them to be deployed and the first to be deleted.
    """

    def __init__(
        self, scope: Construct, id_: str, *, foundation: Foundation, stacks: Sequence[str]
    ) -> None:
        super().__init__(scope, id_)
        self._foundation, self._stacks = foundation, stacks
        self.function = Function(
            self,
            "Check",
            name="stack_drift",
            foundation=foundation,
            needs=Needs(timeout=Duration.minutes(5), memory=512),
        )
        self.differences = Table(self, "Differences", foundation=foundation)
        self.codes = Table(self, "Codes", foundation=foundation)
        self.function.configure(
            StackDriftSettings(
                bus_name=foundation.bus.event_bus_name,
                differences_table=self.differences.name,
                codes_table=self.codes.name,
                stacks=",".join(stacks),
            )
        )
        self._allow()
        self._subscribe()
        self._watch()

    def _allow(self) -> None:
        role = self.function.role
        self.differences.grant_scan(role, "stack_drift reads of what it has told")
        self.differences.grant_read_write(role, "stack_drift records what it tells")
        self.codes.grant_read_write(role, "stack_drift records the code that it first saw deployed")
        stack_reading.allow(role, "stack_drift", self._foundation.stage.name)
        stack_reading.allow_key(role, "stack_drift", self._foundation.key)
        self.function.allow_emit(IncidentOpened, IncidentClosed)

    def _subscribe(self) -> None:
        """Take in the hours, the ends of deployments, and calls that name what the stacks made.

        What comes together is one check. CloudFormation's own calls are no changes by hand.
        """
        queue = EventQueue(self, "Checks", function=self.function, batch=BATCH, concurrency=2)
        queue.schedule("Hourly", Duration.hours(1), {"check": "everything"})
        queue.subscribe_aws("Deployments", self._deployments())
        queue.subscribe_aws("Calls", self._calls())

    def _deployments(self) -> events.EventPattern:
        where = f"arn:{Aws.PARTITION}:cloudformation:{Aws.REGION}:{Aws.ACCOUNT_ID}:stack"
        return events.EventPattern(
            source=["aws.cloudformation"],
            detail_type=[STACK_STATUS],
            detail={
                "stack-id": [{"prefix": f"{where}/{name}/"} for name in self._stacks],
                "status-details": {"status": sorted(AT_REST)},
            },
        )

    def _calls(self) -> events.EventPattern:
        own = f"{names.deployment(self._foundation.stage.name)}-"
        named = {
            ("name", "rule", "roleName", "bucketName", "alarmName", "alarmNames"): {"prefix": own},
            ("functionName", "topicArn", "policyArn", "queueUrl"): {"wildcard": f"*{own}*"},
            ("eventBusName",): {"equals-ignore-case": self._foundation.bus.event_bus_name},
            ("uUID",): {"exists": True},  # of what feeds a function: it has no name
        }
        any_of = [{each: [rule]} for parameters, rule in named.items() for each in parameters]
        return events.EventPattern(
            source=[f"aws.{service}" for service in SERVICES],
            detail_type=[API_CALL],
            detail={
                "readOnly": [False],
                # a trail of data events tells of each object that is written, and of each message
                "managementEvent": [True],
                "sourceIPAddress": [{"anything-but": [CLOUDFORMATION]}],
                "requestParameters": {"$or": any_of},
            },
        )

    def _watch(self) -> None:
        """Raise an alarm when it does not run: whoever stops it is noticed by CloudWatch."""
        alarm = cloudwatch.Alarm(
            self,
            "Stopped",
            metric=self.function.function.metric_invocations(
                period=Duration.hours(1), statistic="Sum"
            ),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            evaluation_periods=1,  # CloudWatch looks at two more before it calls data missing
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
            alarm_description=f"{self.node.path}: {STOPPED}",
        )
        alarm.add_alarm_action(actions.SnsAction(self._foundation.alerts))
