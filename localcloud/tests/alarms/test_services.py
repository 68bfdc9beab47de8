"""Do AWS's own metrics of functions, rules and topics arrive, and do alarms on them fire?"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

FAILING = "def handle(event, context):\n    return 1 / event.get('by', 0)"


@pytest.fixture
def total(cloud):
    """Return a metric's sum over the last ten minutes, None if it was never measured."""

    def of(namespace, name, **dimensions):
        cloud.settle()
        found = cloud.aws("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=datetime.fromtimestamp(cloud.now() - 600, UTC),
            EndTime=datetime.fromtimestamp(cloud.now() + 60, UTC),
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        return found[0]["Sum"] if found else None

    return of


@pytest.fixture
def state(cloud):
    def of(name):
        cloud.settle()
        return cloud.aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0][
            "StateValue"
        ]

    return of


def alarm(namespace, metric, **dimensions):
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        },
    }


def test_an_alarm_on_errors_fires_when_a_function_fails_and_not_before(
    cloud, build, a_function, state, total
):
    watching = alarm("AWS/Lambda", "Errors", FunctionName={"Ref": "Function"})
    stack = build({**a_function(FAILING), "Alarm": watching})
    invoke = cloud.aws("lambda").invoke
    invoke(FunctionName=stack["Function"], Payload=json.dumps({"by": 1}))
    assert state(stack["Alarm"]) == "OK"
    invoke(FunctionName=stack["Function"], Payload="{}")
    assert state(stack["Alarm"]) == "ALARM"
    assert total("AWS/Lambda", "Invocations", FunctionName=stack["Function"]) == 2
    assert total("AWS/Lambda", "Errors", FunctionName=stack["Function"]) == 1
    assert total("AWS/Lambda", "Duration", FunctionName=stack["Function"]) > 0


def test_a_throttled_call_is_no_invocation(cloud, build, a_function, total):
    stack = build(a_function(FAILING, ReservedConcurrentExecutions=0))
    client = cloud.aws("lambda")
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.invoke(FunctionName=stack["Function"], Payload="{}")
    assert total("AWS/Lambda", "Throttles", FunctionName=stack["Function"]) >= 1  # boto3 retries
    assert total("AWS/Lambda", "Invocations", FunctionName=stack["Function"]) is None


def test_an_embedded_metric_arrives_and_rings(cloud, build, a_function, state, total):
    code = f"""
import json, time
def handle(event, context):
    print(json.dumps({{"_aws": {{"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [{{
        "Namespace": "shop", "Dimensions": [["store"], []],
        "Metrics": [{{"Name": "orders", "Unit": "Count"}}, {{"Name": "waits"}}]}}]}},
        "store": event["store"], "orders": 3, "waits": [1, 2, 5]}}))
    print('{{"_aws": {{"CloudWatchMetrics": [{{"Namespace": "shop", "Metrics": "broken"}}]}}}}')
{""}"""
    stack = build({**a_function(code), "Alarm": alarm("shop", "orders", store="Bern")})
    cloud.aws("lambda").invoke(FunctionName=stack["Function"], Payload='{"store": "Bern"}')
    assert state(stack["Alarm"]) == "ALARM"
    assert total("shop", "orders", store="Bern") == 3
    assert total("shop", "waits") == 8
    assert total("shop", "orders", store="Basel") is None


def test_what_a_rule_could_not_deliver_is_counted(cloud, build, total):
    pattern = {"source": ["shop"]}
    targets = [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}]
    rule = {"EventPattern": pattern, "Targets": targets, "EventBusName": {"Ref": "Bus"}}
    stack = build(
        {
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "measured"}},
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
            "Alarm": alarm("AWS/Events", "FailedInvocations"),
        }
    )
    entry = {"Source": "shop", "DetailType": "order", "Detail": "{}", "EventBusName": "measured"}
    cloud.aws("events").put_events(Entries=[entry])
    named = {"EventBusName": "measured", "RuleName": stack["Rule"].split("|")[-1]}
    for metric in ("MatchedEvents", "TriggeredRules", "Invocations", "FailedInvocations"):
        assert total("AWS/Events", metric, **named) == 1, metric
    assert total("AWS/Events", "InvocationsSentToDlq", **named) is None


def test_what_a_topic_could_not_deliver_is_counted(cloud, build, total):
    subscription = {
        "TopicArn": {"Ref": "Topic"},
        "Protocol": "sqs",
        "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
        "FilterPolicy": {"colour": ["red"]},
    }
    stack = build(
        {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Subscription": {"Type": "AWS::SNS::Subscription", "Properties": subscription},
        }
    )
    publish, name = cloud.aws("sns").publish, stack["Topic"].split(":")[-1]
    red = {"colour": {"DataType": "String", "StringValue": "red"}}
    publish(TopicArn=stack["Topic"], Message="seen", MessageAttributes=red)
    publish(TopicArn=stack["Topic"], Message="passed over")
    assert total("AWS/SNS", "NumberOfMessagesPublished", TopicName=name) == 2
    assert total("AWS/SNS", "NumberOfNotificationsFailed", TopicName=name) == 1
    assert total("AWS/SNS", "NumberOfNotificationsFilteredOut", TopicName=name) == 1
    assert total("AWS/SNS", "NumberOfNotificationsDelivered", TopicName=name) is None
