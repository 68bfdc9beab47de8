"""Is an alarm refused that could never fire, because nothing measures what it looks at?"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

ALARM = {
    "AlarmName": "never",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.mark.parametrize(
    ("namespace", "metric"),
    [
        ("AWS/Nonsense", "Anything"),
        ("AWS/Events", "ThrottledRules"),
        ("AWS/Lambda", "ConcurrentExecutions"),
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/SQS", "NumberOfMessagesSent"),
        ("AWS/SageMaker", "CPUUtilization"),
    ],
)
def test_an_alarm_on_what_nothing_measures_is_refused_by_name(cloud, namespace, metric):
    with pytest.raises(ClientError, match=f"alarms on {namespace} {metric}: nothing") as refusal:
        cloud.aws("cloudwatch").put_metric_alarm(**ALARM, Namespace=namespace, MetricName=metric)
    assert refusal.value.response["Error"]["Code"] == "NotImplementedByLocalCloud"
    assert cloud.aws("cloudwatch").describe_alarms(AlarmNames=["never"])["MetricAlarms"] == []


@pytest.mark.parametrize(
    ("namespace", "metric"),
    [
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/SageMaker", "Invocation5XXErrors"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Events", "FailedInvocations"),
        ("AWS/SNS", "NumberOfNotificationsFailed"),
        ("mine", "anything"),
    ],
)
def test_an_alarm_on_what_is_measured_or_on_ones_own_is_taken(cloud, namespace, metric):
    alarms = cloud.aws("cloudwatch")
    alarms.put_metric_alarm(**ALARM, Namespace=namespace, MetricName=metric)
    alarms.delete_alarms(AlarmNames=["never"])
