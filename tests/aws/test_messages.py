"""Does an event reach the bus, in the name of a function that may emit it?"""

import json

import pytest

import aws
from factory.errors import MalformedEvent
from factory.events.audit import MessageQuarantined
from factory.events.model import ModelDeployed
from factory.events.training import ModelRefused

DEPLOYED = ModelDeployed(
    model="income",
    version=3,
    package="arn:package/3",
    endpoint="income",
    config="mw-dev-income-v3-0123abcd",
    serves="mw-dev-income-v3-0123abcd",
    reason="endpoint income serves what was meant",
    key="mw-dev-income-v3-0123abcd",
)


@pytest.fixture
def heard(session):
    """Return a function that drains what came over the bus."""
    events, sqs = session.client("events"), session.client("sqs")
    url = sqs.create_queue(QueueName="all")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    events.create_event_bus(Name="bus")
    events.put_rule(Name="all", EventBusName="bus", EventPattern='{"version": ["0"]}')
    target = {"Id": "queue", "Arn": arn["Attributes"]["QueueArn"]}
    events.put_targets(Rule="all", EventBusName="bus", Targets=[target])

    def drain():
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]

    return drain


def test_an_event_comes_over_the_bus_as_it_was_emitted(heard):
    aws.emit("bus", "deployment_outcome", DEPLOYED)
    (envelope,) = heard()
    assert ModelDeployed.of(envelope) == DEPLOYED


def test_a_function_may_not_emit_what_its_class_does_not_let_it(heard):
    with pytest.raises(
        MalformedEvent, match=r"^model.deployed: promote may not emit it, deployment_outcome may"
    ):
        aws.emit("bus", "promote", DEPLOYED)
    assert heard() == []


def test_one_event_that_may_not_be_emitted_keeps_back_the_others(heard):
    other = ModelRefused(model="income", execution="arn:e", reason="a gate failed", key="arn:e")
    with pytest.raises(MalformedEvent, match="deployment_outcome may not emit it, run_events may"):
        aws.emit("bus", "deployment_outcome", DEPLOYED, other)
    assert heard() == []


def test_what_only_the_ledger_records_may_be_emitted_by_nobody(heard):
    stray = MessageQuarantined(sender="AIDA", size=1, reason="not JSON", key="0" * 64)
    with pytest.raises(MalformedEvent, match="audit_log may not emit it, no function may"):
        aws.emit("bus", "audit_log", stray)
    assert heard() == []
