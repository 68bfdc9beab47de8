from __future__ import annotations

from datetime import UTC, datetime

import pytest


@pytest.fixture
def watched(build):
    """Build a queue whose messages raise an alarm."""

    def make(**more):
        alarm = {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}],
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            **more,
        }
        return build(
            {
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm},
            }
        )

    return make


@pytest.fixture
def state(cloud):
    def of(stack):
        cloud.settle()
        found = cloud.aws("cloudwatch").describe_alarms(AlarmNames=[stack["Alarm"]])
        return found["MetricAlarms"][0]["StateValue"]

    return of


@pytest.fixture
def measured(cloud):
    """Return the highest value of a queue's metric in the last minutes, or None."""

    def of(stack, metric, minutes=10):
        answer = cloud.aws("cloudwatch").get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName=f"Approximate{metric}",
            Dimensions=[{"Name": "QueueName", "Value": stack["Queue"].split("/")[-1]}],
            StartTime=datetime.fromtimestamp(cloud.now() - minutes * 60, UTC),
            EndTime=datetime.fromtimestamp(cloud.now() + 60, UTC),
            Period=3600,
            Statistics=["Maximum"],
        )
        return next((point["Maximum"] for point in answer["Datapoints"]), None)

    return of


def send(cloud, stack, **more):
    cloud.aws("sqs").send_message(QueueUrl=stack["Queue"], MessageBody="a", **more)


def test_a_message_that_stays_is_an_alarm_until_it_is_gone(cloud, watched, state, drain):
    stack = watched()
    assert state(stack) == "OK"
    send(cloud, stack)
    assert state(stack) == "ALARM"
    cloud.advance(3600)
    assert state(stack) == "ALARM"
    drain(stack["Queue"])
    cloud.advance(60)
    assert state(stack) == "OK"


def test_minutes_that_were_passed_over_count_too(cloud, watched, state):
    stack = watched(EvaluationPeriods=5)
    send(cloud, stack)
    assert state(stack) != "ALARM"
    cloud.advance(240)
    assert state(stack) == "ALARM"


def test_each_kind_of_message_is_counted_apart(cloud, watched, measured):
    stack = watched()
    for delay in (0, 0, 0, 600):
        send(cloud, stack, DelaySeconds=delay)
    cloud.aws("sqs").receive_message(QueueUrl=stack["Queue"], VisibilityTimeout=600)
    cloud.advance(120)
    cloud.settle()
    names = ("NumberOfMessagesVisible", "NumberOfMessagesNotVisible", "NumberOfMessagesDelayed")
    assert [measured(stack, name, minutes=1) for name in names] == [2, 1, 1]
    assert 60 <= measured(stack, "AgeOfOldestMessage") < 180


def test_of_an_empty_queue_nothing_is_reported(cloud, watched, measured):
    stack = watched()
    cloud.advance(120)
    cloud.settle()
    assert measured(stack, "NumberOfMessagesVisible") is None
