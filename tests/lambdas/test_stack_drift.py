"""Does `stack_drift` compare what its messages ask for, and tell each difference once?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient

import aws
import aws.differences
from factory.errors import AccessDenied, ServiceError
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.settings import StackDriftSettings
from factory.stack_drift.check import Reading
from factory.stack_drift.deployed import Resource
from lambdas.stack_drift import codes, handler, readings
from tests.lambdas.breaking import Broken

EXAMPLE = json.loads((Path(handler.__file__).parent / "event.json").read_text())
STACK = "modelworks-dev-data"
EVERYTHING = {"check": "everything"}
RULE = {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 hour)"}}
RESOURCES = {
    "Rule": {**RULE, "Metadata": {"aws:cdk:path": "Data/Rule/Resource"}},
    "Other": RULE,
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
}


class World:
    """One stack, which somebody changes, and what is told of it."""

    def __init__(self, cloud, monkeypatch):
        self.cloud, self.events = cloud, boto3.client("events")
        self.cloudformation = boto3.client("cloudformation")
        self.settings = StackDriftSettings(
            bus_name="bus",
            differences_table=cloud.table("differences"),
            codes_table=cloud.table("codes"),
            stacks=STACK,
        )
        for name, value in self.settings.to_env().items():
            monkeypatch.setenv(name, value)
        self._heard = cloud.bus("bus")
        self.deploy(self.cloudformation.create_stack)

    def deploy(self, act, resources=RESOURCES):
        act(StackName=STACK, TemplateBody=json.dumps({"Resources": resources}))

    def physical(self, logical):
        where = {"StackName": STACK, "LogicalResourceId": logical}
        found = self.cloudformation.describe_stack_resource(**where)["StackResourceDetail"]
        return found["PhysicalResourceId"]

    def told(self):
        """Return the types and the reasons of what was told since."""
        return [(m["detail-type"], m["detail"]["reason"]) for m in self.cloud.drain(self._heard)]


@pytest.fixture
def world(cloud, monkeypatch):
    return World(cloud, monkeypatch)


@pytest.fixture
def done(capsys):
    """Handle an event, which must then be done, and return what the log says of it."""

    def done_(event):
        capsys.readouterr()
        assert handler.handle(event, None) == {"batchItemFailures": []}
        lines = capsys.readouterr().out.splitlines()
        return json.loads(lines[-1])["stack_drift"] if lines else {}

    return done_


@pytest.fixture
def handle(batch_of, done):
    return lambda *bodies: done(batch_of(*bodies))


def call(**parameters):
    who = {"arn": "arn:aws:iam::123456789012:user/alan"}
    detail = {"eventName": "DisableRule", "userIdentity": who, "eventTime": "2026-01-01T12:00:00Z"}
    return {
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {**detail, "requestParameters": parameters},
    }


def test_what_is_as_it_was_deployed_is_counted_and_nothing_is_told(world, handle):
    summary = handle(EVERYTHING)
    assert (summary["checked"], summary["differences"], summary["skipped"]) == (4, 0, [])
    assert world.told() == []


def test_a_difference_is_told_once_and_closed_when_it_is_undone(world, handle):
    name = world.physical("Rule")
    world.events.disable_rule(Name=name)
    handle(EVERYTHING)
    handle(EVERYTHING)
    ((kind, reason),) = world.told()
    assert kind == IncidentOpened.TYPE
    assert reason.startswith(f"changed by hand: Data/Rule (Events Rule {name}) in 123456789012")
    world.events.enable_rule(Name=name)
    handle(EVERYTHING)
    assert world.told() == [(IncidentClosed.TYPE, "it is as it was deployed again")]


def test_what_is_undone_before_its_check_is_not_told(world, handle):
    name = world.physical("Rule")
    world.events.disable_rule(Name=name)
    world.events.enable_rule(Name=name)
    assert handle(call(name=name), call(name=name))["differences"] == 0
    assert world.told() == []


@pytest.mark.parametrize("at_once", [False, True], ids=["afterwards", "at the same time"])
def test_what_is_undone_while_its_check_reads_is_closed(world, handle, monkeypatch, at_once):
    """The check of its undoing closes it; when that one was faster, the next hour does."""
    name, read = world.physical("Rule"), readings.of
    world.events.disable_rule(Name=name)

    def meanwhile(resources):
        found = read(resources)
        monkeypatch.setattr(readings, "of", read)
        world.events.enable_rule(Name=name)
        if at_once:
            handle(call(name=name))
        return found

    monkeypatch.setattr(readings, "of", meanwhile)
    handle(call(name=name))
    assert [kind for kind, _ in world.told()] == [IncidentOpened.TYPE]
    handle(EVERYTHING if at_once else call(name=name))
    assert world.told() == [(IncidentClosed.TYPE, "it is as it was deployed again")]


def test_a_call_asks_for_what_it_names_and_for_nothing_else(world, handle):
    for logical in ("Rule", "Other"):
        world.events.disable_rule(Name=world.physical(logical))
    summary = handle(call(name=world.physical("Other")))
    assert summary["checked"] == 2  # the rule, and the stack
    ((_, reason),) = world.told()
    assert "Other (Events Rule" in reason
    assert "DisableRule by arn:aws:iam::123456789012:user/alan at 2026-01-01" in reason
    handle(EVERYTHING)
    ((_, reason),) = world.told()
    assert "Who did it is not known here" in reason


def test_many_calls_are_one_check(world, handle, monkeypatch):
    asked = []
    monkeypatch.setattr(BaseClient, "_make_api_call", _counting(asked))
    handle(*[call(name=world.physical("Rule"))] * 50)
    counts = {name: asked.count(name) for name in set(asked) if name != "DescribeStackResource"}
    assert counts["GetTemplate"] == counts["DescribeRule"] == 1
    assert sum(counts.values()) < 12


def _counting(asked):
    original = BaseClient._make_api_call

    def call_(self, operation_name, kwargs):
        asked.append(operation_name)
        return original(self, operation_name, kwargs)

    return call_


def test_calls_that_were_refused_or_are_cloudformations_ask_for_nothing(world, handle):
    world.events.disable_rule(Name=world.physical("Rule"))
    mine = call(name=world.physical("Rule"))
    for more in (
        {"errorCode": "AccessDenied"},
        {"sourceIPAddress": "cloudformation.amazonaws.com"},
    ):
        assert handle({**mine, "detail": {**mine["detail"], **more}}) == {}
    assert world.told() == []


def test_another_teams_rule_is_neither_read_nor_told(world, handle):
    world.events.put_rule(Name=f"{STACK}-of-others", ScheduleExpression="rate(1 day)")
    world.events.disable_rule(Name=f"{STACK}-of-others")
    assert handle(call(name=f"{STACK}-of-others"))["checked"] == 1  # the stack alone
    assert handle(EVERYTHING)["differences"] == 0
    assert world.told() == []


def test_what_a_deploy_has_changed_or_taken_away_is_closed(world, handle):
    world.events.disable_rule(Name=world.physical("Rule"))
    world.events.disable_rule(Name=world.physical("Other"))
    handle(EVERYTHING)
    assert len(world.told()) == 2
    rest = {name: each for name, each in RESOURCES.items() if name != "Other"}
    rest["Rule"] = {"Type": RULE["Type"], "Properties": {**RULE["Properties"], "State": "DISABLED"}}
    world.deploy(world.cloudformation.update_stack, rest)
    assert handle(EVERYTHING)["differences"] == 0
    assert [kind for kind, _ in world.told()] == [IncidentClosed.TYPE] * 2


def test_a_stack_that_changes_while_it_is_read_is_left_for_later(world, handle, monkeypatch):
    world.events.disable_rule(Name=world.physical("Rule"))
    read = readings.of

    def meanwhile(resources):
        found = read(resources)
        world.deploy(world.cloudformation.update_stack, {**RESOURCES, "More": RULE})
        return found

    monkeypatch.setattr(readings, "of", meanwhile)
    summary = handle(EVERYTHING)
    assert (summary["checked"], summary["differences"]) == (0, 0)
    assert f"{STACK}: UPDATE_IN_PROGRESS" in summary["skipped"]
    assert world.told() == []


def test_a_stack_that_is_gone_is_told(world, handle, monkeypatch):
    monkeypatch.setenv("STACKS", f"{STACK},modelworks-dev-watch")
    handle(EVERYTHING)
    ((kind, reason),) = world.told()
    assert kind == IncidentOpened.TYPE
    assert "the stack modelworks-dev-watch is not there" in reason


def test_what_may_not_be_read_any_more_is_told_and_stops_nothing_else(world, handle, monkeypatch):
    def refuse(resource):
        raise AccessDenied(resource.name)

    monkeypatch.setitem(readings.READERS, "AWS::SNS::Topic", refuse)
    world.events.disable_rule(Name=world.physical("Rule"))
    handle(EVERYTHING)
    refused, disabled = sorted((reason for _, reason in world.told()), key=lambda r: "Rule" in r)
    assert ": it may not be read by stack_drift. " in refused
    assert "State is DISABLED" in disabled


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, 4))
def test_whatever_breaks_off_each_difference_is_told(world, handle, monkeypatch, number, after):
    world.events.disable_rule(Name=world.physical("Rule"))
    called = [(aws.differences, name) for name in ("table_put", "emit", "table_update_if")]
    with monkeypatch.context() as patch:
        Broken(patch, called, number, after=after)
        with pytest.raises(ServiceError):
            handle(EVERYTHING)
    world.events.enable_rule(Name=world.physical("Rule"))
    handle(EVERYTHING)
    handle(EVERYTHING)
    kinds = list(dict.fromkeys(kind for kind, _ in world.told()))
    nothing_written = (number, after) == (1, False)
    assert kinds == ([] if nothing_written else [IncidentOpened.TYPE, IncidentClosed.TYPE])


def function(code, sha):
    return (
        Resource(
            stack=STACK,
            account="1",
            logical_id="F",
            path="F",
            type="AWS::Lambda::Function",
            physical_id="f",
            properties={},
            code=code,
        ),
        Reading({"CodeSha256": sha}),
    )


def test_code_is_what_was_first_seen_from_its_place(world):
    def demanded(code, sha):
        (found,) = codes.expected({"F": function(code, sha)}, "codes").values()
        return found[0].properties["CodeSha256"]

    assert demanded("asset-1", "sha-1") == "sha-1"
    assert demanded("asset-1", "evil") == "sha-1"
    assert demanded("asset-2", "sha-2") == "sha-2"
    assert demanded("asset-2", "sha-1") == "sha-2"


def test_the_code_of_what_is_being_deployed_is_not_remembered(world):
    resource, reading = function("asset-1", "sha-1")
    unsettled = replace(resource, settled=False)
    assert codes.expected({"F": (unsettled, reading)}, "codes") == {"F": (unsettled, reading)}
    assert aws.table_get("codes", "F") is None


def test_the_example_asks_for_everything(world, done):
    assert done(EXAMPLE)["checked"] == 4
    assert world.told() == []
