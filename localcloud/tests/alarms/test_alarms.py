from __future__ import annotations

import json

import pytest


@pytest.fixture
def alarmed(build):
    """Build an alarm on a metric of its own, whose changes reach a queue by its topic."""

    def make(namespace, **properties):
        alarm = {
            "Namespace": namespace,
            "MetricName": "Errors",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "AlarmActions": [{"Ref": "Topic"}],
            **properties,
        }
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": ["sns.amazonaws.com", "events.amazonaws.com"]},
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }
        document = {"Version": "2012-10-17", "Statement": [statement]}
        return build(
            {
                "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm},
                "Topic": {"Type": "AWS::SNS::Topic"},
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Events": {"Type": "AWS::SQS::Queue"},
                "Policy": {
                    "Type": "AWS::SQS::QueuePolicy",
                    "Properties": {
                        "Queues": [{"Ref": "Queue"}, {"Ref": "Events"}],
                        "PolicyDocument": document,
                    },
                },
                "Subscription": {
                    "Type": "AWS::SNS::Subscription",
                    "Properties": {
                        "TopicArn": {"Ref": "Topic"},
                        "Protocol": "sqs",
                        "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
                    },
                },
                "Rule": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "EventPattern": {
                            "source": ["aws.cloudwatch"],
                            "detail": {"alarmName": [{"Ref": "Alarm"}]},
                        },
                        "Targets": [{"Id": "events", "Arn": {"Fn::GetAtt": ["Events", "Arn"]}}],
                    },
                },
            }
        )

    return make


@pytest.fixture
def state(cloud):
    def of(stack):
        cloud.settle()
        alarms = cloud.aws("cloudwatch").describe_alarms(AlarmNames=[stack["Alarm"]])
        return alarms["MetricAlarms"][0]["StateValue"]

    return of


def measure(cloud, namespace, value, **more):
    datum = {"MetricName": "Errors", "Value": value, **more}
    cloud.aws("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


def test_an_alarm_is_born_without_data(alarmed, state):
    assert state(alarmed("born")) == "INSUFFICIENT_DATA"


def test_a_breach_raises_the_alarm_and_notifies_topic_and_bus(cloud, alarmed, state, drain):
    stack = alarmed("breach", AlarmDescription="too many")
    measure(cloud, "breach", 0.5)
    assert state(stack) == "OK"
    measure(cloud, "breach", 0.5)  # the sum of the period now reaches the threshold
    assert state(stack) == "ALARM"
    (message,) = drain(stack["Queue"])
    notification = json.loads(message["Body"])
    reported = json.loads(notification["Message"])
    assert notification["Subject"] == f'ALARM: "{stack["Alarm"]}" in US East (N. Virginia)'
    assert (reported["OldStateValue"], reported["NewStateValue"]) == ("OK", "ALARM")
    assert reported["Trigger"]["MetricName"] == "Errors"
    events = [json.loads(message["Body"]) for message in drain(stack["Events"])]
    assert [event["detail"]["state"]["value"] for event in events] == ["OK", "ALARM"]
    assert events[1]["detail-type"] == "CloudWatch Alarm State Change"
    assert events[1]["detail"]["previousState"]["value"] == "OK"
    assert events[1]["detail"]["configuration"]["description"] == "too many"


def test_as_time_passes_missing_data_counts_as_the_alarm_says(cloud, alarmed, state):
    kinds = ("missing", "notBreaching", "breaching", "ignore")
    stacks = {kind: alarmed(f"passing.{kind}", TreatMissingData=kind) for kind in kinds}
    for kind in kinds:
        measure(cloud, f"passing.{kind}", 5)
    assert {state(stack) for stack in stacks.values()} == {"ALARM"}
    cloud.advance(600)
    assert {kind: state(stack) for kind, stack in stacks.items()} == {
        "missing": "INSUFFICIENT_DATA",
        "notBreaching": "OK",
        "breaching": "ALARM",
        "ignore": "ALARM",
    }


def test_m_of_n_datapoints_have_to_breach(cloud, alarmed, state):
    stack = alarmed("m.of.n", EvaluationPeriods=3, DatapointsToAlarm=2)
    measure(cloud, "m.of.n", 5)
    cloud.advance(60)
    measure(cloud, "m.of.n", 0)
    assert state(stack) != "ALARM"
    cloud.advance(60)
    measure(cloud, "m.of.n", 5)
    assert state(stack) == "ALARM"


def test_only_the_metric_with_the_alarms_dimensions_counts(cloud, alarmed, state):
    dimensions = [{"Name": "Model", "Value": "a"}, {"Name": "Stage", "Value": "dev"}]
    stack = alarmed("dimensions", Dimensions=dimensions)
    measure(cloud, "dimensions", 5)
    measure(cloud, "dimensions", 5, Dimensions=dimensions[:1])
    assert state(stack) == "INSUFFICIENT_DATA"
    measure(cloud, "dimensions", 5, Dimensions=dimensions[::-1])
    assert state(stack) == "ALARM"


@pytest.mark.parametrize(
    ("statistic", "threshold"),
    [("Average", 2), ("Maximum", 3), ("Minimum", 1), ("SampleCount", 3), ("p50", 2)],
)
def test_each_statistic_is_computed(cloud, alarmed, state, statistic, threshold):
    field = "ExtendedStatistic" if statistic.startswith("p") else "Statistic"
    other = {"Statistic": {"Ref": "AWS::NoValue"}} if field == "ExtendedStatistic" else {}
    exact = alarmed(f"of.{statistic}", **{**other, field: statistic}, Threshold=threshold)
    above = alarmed(f"of.{statistic}", **{**other, field: statistic}, Threshold=threshold + 0.1)
    for value in (1, 2, 3):
        measure(cloud, f"of.{statistic}", value)
    assert (state(exact), state(above)) == ("ALARM", "OK")


def test_setting_the_state_by_hand_acts_too(cloud, alarmed, state, drain):
    stack = alarmed("by.hand")
    cloud.aws("cloudwatch").set_alarm_state(
        AlarmName=stack["Alarm"], StateValue="ALARM", StateReason="a drill"
    )
    assert state(stack) == "ALARM"
    assert json.loads(json.loads(drain(stack["Queue"])[0]["Body"])["Message"])[
        "NewStateReason"
    ] == ("a drill")


def test_disabled_actions_tell_nobody(cloud, alarmed, state, drain):
    stack = alarmed("disabled.actions", ActionsEnabled=False)
    measure(cloud, "disabled.actions", 5)
    assert state(stack) == "ALARM"
    assert drain(stack["Queue"]) == []


def test_an_alarm_that_is_made_again_at_once_is_evaluated(cloud):
    cloudwatch, name = cloud.aws("cloudwatch"), "made-again"
    alarm = {
        "AlarmName": name,
        "Namespace": "Made/Again",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }
    for _ in range(20):
        cloudwatch.put_metric_alarm(**alarm)
        data = {"MetricName": "Errors", "Value": 1}
        cloudwatch.put_metric_data(Namespace="Made/Again", MetricData=[data])
        cloudwatch.delete_alarms(AlarmNames=[name])
        cloudwatch.put_metric_alarm(**alarm)
        cloud.settle()
        (found,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        assert found["StateValue"] == "ALARM"
        cloudwatch.delete_alarms(AlarmNames=[name])
