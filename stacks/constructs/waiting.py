"""Is a function silent? Then the oldest message of its queue grows old, and an alarm says so."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from factory.layout.names import runbook

PATIENCE = Duration.minutes(30)  # a message may be told to wait for 15
WAITING = f"a message waits and nobody takes it; {runbook('waiting')}"


def waiting_alarm(
    scope: Construct, queue: sqs.Queue, *, retry: Duration, alerts: sns.ITopic
) -> None:
    """Make the alarm of a message that waits for longer than one *retry* and half an hour more.

    It also rings for a queue whose function runs, and is too slow for what comes.
    """
    alarm = cloudwatch.Alarm(
        scope,
        "WaitingAlarm",
        metric=queue.metric_approximate_age_of_oldest_message(
            period=Duration.minutes(1), statistic="Maximum"
        ),
        threshold=PATIENCE.to_seconds() + retry.to_seconds(),
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=1,
        # a queue that nobody used for six hours tells nothing, and then nothing waits
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=f"{scope.node.path}: {WAITING}",
    )
    alarm.add_alarm_action(actions.SnsAction(alerts))
