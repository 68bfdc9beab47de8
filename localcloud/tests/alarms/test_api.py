from __future__ import annotations

import itertools
import json

import pytest
from botocore.exceptions import ClientError

_numbers = itertools.count()


@pytest.fixture
def name():
    return f"made/{next(_numbers):03}"


@pytest.fixture
def put(cloud, name):
    """Make an alarm by the API, on a metric in a namespace of the alarm's own name."""

    def make(name=name, **more):
        settings = {
            "Namespace": name,
            "MetricName": "Drift",
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0.2,
            "ComparisonOperator": "GreaterThanThreshold",
            **more,
        }
        wanted = {key: value for key, value in settings.items() if value is not None}
        cloud.aws("cloudwatch").put_metric_alarm(AlarmName=name, **wanted)
        return name

    return make


@pytest.fixture
def described(cloud):
    def of(name):
        cloud.settle()
        return cloud.aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]

    return of


def measure(cloud, namespace, value, **more):
    datum = {"MetricName": "Drift", "Value": value, **more}
    cloud.aws("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


@pytest.fixture
def heard(cloud, name, drain):
    """Return the events that an alarm's changes of state have sent to the default bus."""
    arn = "arn:aws:sqs:us-east-1:123456789012:"
    queue = f"heard-{name.split('/')[-1]}"
    sqs, bus = cloud.aws("sqs"), cloud.aws("events")
    url = sqs.create_queue(QueueName=queue)["QueueUrl"]
    admitted = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn + queue,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [admitted]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": [name]}}
    bus.put_rule(Name=queue, EventPattern=json.dumps(pattern))
    bus.put_targets(Rule=queue, Targets=[{"Id": "queue", "Arn": arn + queue}])
    return lambda: [json.loads(message["Body"]) for message in drain(url)]


def test_a_change_of_state_is_an_event_of_aws_own_shape(cloud, put, heard, described):
    name = put(AlarmDescription="drifts", Dimensions=[{"Name": "Model", "Value": "a"}])
    assert described(name)["StateValue"] == "INSUFFICIENT_DATA"
    measure(cloud, name, 0.5, Dimensions=[{"Name": "Model", "Value": "a"}])
    cloud.settle()
    (event,) = heard()
    arn = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"
    assert (event["detail-type"], event["source"]) == (
        "CloudWatch Alarm State Change",
        "aws.cloudwatch",
    )
    assert event["resources"] == [arn]
    detail = event["detail"]
    assert set(detail) == {"alarmName", "configuration", "previousState", "state"}
    (metric,) = detail["configuration"]["metrics"]
    assert detail["configuration"]["description"] == "drifts"
    assert metric["metricStat"] == {
        "metric": {"namespace": name, "name": "Drift", "dimensions": {"Model": "a"}},
        "period": 60,
        "stat": "Maximum",
    }
    assert metric["returnData"] is True
    before, now = detail["previousState"], detail["state"]
    assert (before["value"], now["value"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert set(before) == {"reason", "timestamp", "value"}
    assert set(now) == {"reason", "reasonData", "timestamp", "value"}
    assert now["reason"].startswith("Threshold Crossed: 1 out of the last 1 datapoints [0.5 (")
    assert now["reason"].endswith(
        "was greater than the threshold (0.2) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    data = json.loads(now["reasonData"])
    assert (data["recentDatapoints"], data["threshold"], data["period"]) == ([0.5], 0.2, 60)
    assert now["timestamp"].endswith("+0000")


def test_the_reasons_for_the_other_states_are_given(cloud, put, heard):
    name = put(TreatMissingData="missing")
    measure(cloud, name, 0.5)
    cloud.advance(60)
    measure(cloud, name, 0.1)
    cloud.settle()
    cloud.advance(300)
    reasons = [event["detail"]["state"]["reason"] for event in heard()]
    assert "was not greater than the threshold (0.2) (minimum 1 datapoint for ALARM" in reasons[1]
    assert reasons[2] == "Insufficient Data: 1 datapoint was unknown."


def test_alarms_that_ignore_or_forgive_gaps_stay_or_recover(cloud, put, described):
    kept, forgiven = put(), put(name="made/forgiven", TreatMissingData="notBreaching")
    put(TreatMissingData="ignore")
    for name in (kept, forgiven):
        measure(cloud, name, 0.5)
        assert described(name)["StateValue"] == "ALARM"
    cloud.advance(600)
    assert described(kept)["StateValue"] == "ALARM"
    assert described(forgiven)["StateValue"] == "OK"
    assert (
        "no datapoints were received for 1 period and 1 missing datapoint was treated as"
        in (described(forgiven)["StateReason"])
    )


def test_putting_an_alarm_again_keeps_its_state(cloud, put, described):
    name = put()
    measure(cloud, name, 0.5)
    was = described(name)
    cloud.advance(1)
    put(AlarmDescription="new", TreatMissingData="ignore")
    now = described(name)
    assert (now["StateValue"], now["StateReason"]) == ("ALARM", was["StateReason"])
    assert now["StateUpdatedTimestamp"] == was["StateUpdatedTimestamp"]
    assert now["AlarmDescription"] == "new"


def test_a_deleted_alarm_says_nothing_more(cloud, put, heard):
    name = put()
    cloud.settle()
    cloud.aws("cloudwatch").delete_alarms(AlarmNames=[name])
    measure(cloud, name, 0.5)
    cloud.advance(120)
    assert heard() == []
    assert cloud.aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"] == []


def test_alarms_are_found_by_all_that_is_asked(cloud, put):
    for number in range(3):
        put(name=f"found/{number}")
    put(name="found/loud", AlarmActions=["arn:aws:sns:us-east-1:123456789012:found"])
    measure(cloud, "found/1", 0.5)
    cloud.settle()
    client = cloud.aws("cloudwatch")

    def names(**asked):
        pages = client.get_paginator("describe_alarms").paginate(**asked)
        return [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]]

    everything = ["found/0", "found/1", "found/2", "found/loud"]
    assert names(AlarmNamePrefix="found/") == everything
    assert names(AlarmNamePrefix="found/", StateValue="ALARM") == ["found/1"]
    assert names(AlarmNamePrefix="found/", ActionPrefix="arn:aws:sns") == ["found/loud"]
    assert names(AlarmNamePrefix="found/", AlarmTypes=["CompositeAlarm"]) == []
    first = client.describe_alarms(AlarmNamePrefix="found/", MaxRecords=2)
    assert len(first["MetricAlarms"]) == 2
    assert names(AlarmNamePrefix="found/", PaginationConfig={"PageSize": 2}) == everything


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"Period": 45}, "Period must be 10, 20, 30"),
        ({"Period": 60, "EvaluationPeriods": 1441}, "more than a day"),
        ({"DatapointsToAlarm": 2}, "DatapointsToAlarm"),
        ({"Threshold": None}, "Threshold is required"),
        ({"Statistic": None}, "Statistic"),
        ({"TreatMissingData": "forget"}, "forget"),
    ],
)
def test_alarms_that_aws_refuses_are_refused(put, more, fault):
    with pytest.raises(ClientError, match=fault) as refusal:
        put(**more)
    assert refusal.value.response["Error"]["Code"] == "ValidationError"


def test_alarms_that_nothing_would_evaluate_are_refused_by_name(cloud, put):
    stat = {
        "Metric": {"Namespace": "a", "MetricName": "b"},
        "Period": 60,
        "Stat": "Sum",
    }
    with pytest.raises(ClientError, match=r"NotImplementedByLocalCloud.*Metrics"):
        put(
            Namespace=None,
            MetricName=None,
            Statistic=None,
            Period=None,
            Metrics=[{"Id": "m", "MetricStat": stat}],
        )
    with pytest.raises(ClientError, match="NotImplementedByLocalCloud"):
        cloud.aws("cloudwatch").put_composite_alarm(AlarmName="c", AlarmRule="ALARM(x)")
