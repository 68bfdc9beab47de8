"""Is what differs remembered by thing, and does one of two checks at once give way?"""

import json

import pytest

from aws import differences
from factory.errors import Conflict
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.incidents.differences import Difference, Save, effects


@pytest.fixture
def told(session):
    """The table of what was told, a bus, and what is on that."""
    session.client("dynamodb").create_table(
        TableName="told",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = session.client("sqs").create_queue(QueueName="all")["QueueUrl"]
    events = session.client("events")
    bus = events.create_event_bus(Name="bus")["EventBusArn"]
    events.put_rule(Name="all", EventBusName="bus", EventPattern='{"source":[{"prefix":""}]}')
    arn = bus.split(":event-bus")[0].replace(":events:", ":sqs:") + ":all"
    events.put_targets(Rule="all", EventBusName="bus", Targets=[{"Id": "q", "Arn": arn}])

    def messages():
        found = session.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [json.loads(m["Body"])["detail-type"] for m in found.get("Messages", ())]

    return messages


def differs(thing):
    return Difference(thing=thing, about="stack/s", what="w", reason="changed by hand: w")


def perform(done):
    differences.perform(done, table="told", bus_name="bus", function="respond")


def test_what_was_told_is_remembered_by_thing(told):
    for thing in ("a", "b"):
        perform(effects(None, differs(thing), over="over"))
    found = differences.remembered("told")
    assert {thing: record.status for thing, record in found.items()} == {"a": "open", "b": "open"}
    assert list(differences.remembered("told", ["b", "c"])) == ["b"]
    perform(effects(found["a"], None, over="over"))
    assert differences.remembered("told", ["a"])["a"].status == "closed"
    assert told() == [IncidentOpened.TYPE, IncidentOpened.TYPE, IncidentClosed.TYPE]


def test_who_comes_second_tells_nothing(told):
    at_once = effects(None, differs("a"), over="over")
    perform(at_once)
    with pytest.raises(Conflict):
        perform(at_once)
    again = differences.remembered("told", ["a"])["a"]
    over = effects(again, None, over="over")
    perform(over)
    with pytest.raises(Conflict):
        perform(over)
    assert isinstance(over[0], Save)
    assert told() == [IncidentOpened.TYPE, IncidentClosed.TYPE]
