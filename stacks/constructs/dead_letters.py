"""Where lies what could not be delivered or done? In a queue whose messages are alarms."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.access.permission import acknowledge

KEPT = Duration.days(14)  # the longest that SQS offers


def aside(scope: Construct, id_: str, *, alerts: sns.ITopic, ordered: bool = False) -> sqs.Queue:
    """Make the queue, and the alarm that tells people."""
    queue = sqs.Queue(
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
        metric=queue.metric_approximate_number_of_messages_visible(
            period=Duration.minutes(1), statistic="Maximum"
        ),
        threshold=0,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=f"{scope.node.path}: a message was set aside; see its function's log",
    )
    alarm.add_alarm_action(actions.SnsAction(alerts))
    return queue


def last(scope: Construct, id_: str, *, alerts: sns.ITopic) -> sqs.Queue:
    """Make one that rules alone give up into: nothing reads it, so nothing can fail it again."""
    queue = aside(scope, id_, alerts=alerts)
    acknowledge(queue, "AwsSolutions-SQS3", "it is where a rule gives up; an alarm watches it")
    return queue
