from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

QUEUE = "arn:aws:sqs:us-east-1:123456789012:any"


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ([{"sounds-like": "x"}], "Unrecognized match type sounds-like"),
        ([{"prefix": 1}], "Bad value of match type prefix"),
        ([{"numeric": ["~", 1]}], "Bad value of match type numeric"),
        ([{"anything-but": {"cidr": "10.0.0.0/8"}}], "Bad value of match type anything-but"),
        ([{"prefix": "a", "suffix": "b"}], "Only one key allowed"),
    ],
)
def test_a_pattern_eventbridge_does_not_know_is_refused(cloud, elements, words):
    pattern = json.dumps({"detail": {"state": elements}})
    with pytest.raises(ClientError, match="InvalidEventPatternException") as refusal:
        cloud.aws("events").put_rule(Name="bad-pattern", EventPattern=pattern)
    assert words in str(refusal.value)


@pytest.mark.parametrize(("state", "matches"), [("Approved", True), ("Rejected", False)])
def test_test_event_pattern_answers(cloud, state, matches):
    event = {"id": "1", "account": "1", "source": "a", "time": "2026-01-01T00:00:00Z",
             "region": "us-east-1", "resources": [], "detail-type": "d",
             "detail": {"state": state}}  # fmt: skip
    pattern = json.dumps({"detail": {"state": [{"prefix": "App"}]}})
    answer = cloud.aws("events").test_event_pattern(EventPattern=pattern, Event=json.dumps(event))
    assert answer["Result"] is matches


@pytest.mark.parametrize(
    "expression", ["rate(0 minutes)", "rate(1 minutes)", "rate(5 minute)", "cron(61 * * * ? *)"]
)
def test_a_schedule_aws_does_not_take_is_refused(cloud, expression):
    with pytest.raises(ClientError, match="ScheduleExpression is not valid"):
        cloud.aws("events").put_rule(Name="bad-schedule", ScheduleExpression=expression)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"Arn": "arn:aws:states:us-east-1:123456789012:stateMachine:m"}, "has no targets like"),
        ({"Arn": "arn:aws:events:us-east-1:123456789012:api-destination/d/1"}, "no targets like"),
        ({"Arn": QUEUE, "HttpParameters": {}}, "does not honour HttpParameters"),
    ],
)
def test_a_target_nothing_would_ever_reach_is_refused(cloud, target, words):
    events = cloud.aws("events")
    events.put_rule(Name="targets", EventPattern='{"source": ["nobody"]}')
    with pytest.raises(ClientError, match="ValidationException") as refusal:
        events.put_targets(Rule="targets", Targets=[{"Id": "one", **target}])
    assert words in str(refusal.value)


def test_a_sixth_target_is_refused(cloud):
    events = cloud.aws("events")
    events.put_rule(Name="many", EventPattern='{"source": ["nobody"]}')
    targets = [{"Id": str(number), "Arn": QUEUE} for number in range(6)]
    with pytest.raises(ClientError, match="LimitExceededException"):
        events.put_targets(Rule="many", Targets=targets)


def test_entries_of_more_than_a_mebibyte_are_refused(cloud):
    entry = {"Source": "a", "DetailType": "d", "Detail": json.dumps({"text": "x" * 1_100_000})}
    with pytest.raises(ClientError, match="Total size of the entries"):
        cloud.aws("events").put_events(Entries=[entry])
