"""Where is what could not be delivered or done? In a queue that raises an alarm."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from factory.layout.names import runbook
from stacks.access.permission import accept_rule

KEPT = Duration.days(14)  # the longest that SQS offers


class DeadLetterQueue(sqs.Queue):
    """A queue of messages that failed, with an alarm while there is one.

    An *ordered* one takes the failed messages of a queue that keeps an order. The alarm says *what*
    happened and names the page about it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        alerts: sns.ITopic,
        ordered: bool = False,
        what: str = f"a message failed five times; {runbook('dead-letters')}",
    ) -> None:
        super().__init__(
            scope,
            id_,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            fifo=True if ordered else None,
            retention_period=KEPT,
        )
        alarm = cloudwatch.Alarm(
            scope,
            f"{id_}Alarm",
            metric=self.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(1), statistic="Maximum"
            ),
            threshold=0,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{scope.node.path}: {what}",
        )
        alarm.add_alarm_action(actions.SnsAction(alerts))


def terminal_queue(scope: Construct, id_: str, *, alerts: sns.ITopic, what: str) -> DeadLetterQueue:
    """Make one for what a rule cannot deliver: nothing reads it, so it needs none of its own."""
    queue = DeadLetterQueue(scope, id_, alerts=alerts, what=what)
    accept_rule(queue, "AwsSolutions-SQS3", "it is where a rule gives up; an alarm watches it")
    return queue
