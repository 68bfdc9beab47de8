"""Who may emit what, and who subscribes to it? Both follow from the classes of the events."""

import pytest
from aws_cdk import App, Duration, Stack

from factory.events.audit import MessageQuarantined
from factory.events.data import DataProductPublished
from factory.events.model import ModelDeployed, ModelPromoted
from factory.events.registry import TYPES
from factory.stage import DEV
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.foundation import FoundationStack
from tests.stacks.territory import matches


@pytest.fixture
def promote(tmp_path):
    """A function of a stack that is never deployed."""
    app = App(outdir=str(tmp_path))
    foundation = FoundationStack(app, "Foundation", stage=DEV)
    return Function(
        Stack(app, "Serving"),
        "Promote",
        name="promote",
        foundation=foundation.shared,
        needs=Needs(timeout=Duration.seconds(1)),
    )


def emitted(world):
    """Return source and type of whatever a function may emit."""
    return {
        (when["events:source"], kind)
        for role in world.all("AWS::IAM::Role")
        for statement in world.statements(role)
        if statement["Action"] == "events:PutEvents"
        for when in [statement["Condition"]["StringEquals"]]
        for kind in listed(when["events:detail-type"])
    }


def listed(value):
    return value if isinstance(value, list) else [value]


def patterns(world):
    """Return the patterns of the rules on the factory's bus, by name."""
    rules = world.all("AWS::Events::Rule").items()
    return {name: rule["EventPattern"] for name, rule in rules if "EventBusName" in rule}


def test_every_type_is_emitted_by_exactly_the_functions_that_its_class_names(dev):
    named = {(source, kind) for kind, cls in TYPES.items() for source in cls.sources()}
    assert emitted(dev) == named


def test_every_event_reaches_the_ledger(dev):
    everything = patterns(dev)["EventsEverything"]
    assert all(matches(everything, *each) for each in emitted(dev))


def test_whatever_is_subscribed_to_is_emitted_by_every_function_that_a_rule_names(dev):
    for name, pattern in patterns(dev).items():
        for kind in pattern.get("detail-type", []):
            assert TYPES[kind].EMITTERS, (name, kind)
            for source in TYPES[kind].sources():
                assert (source, kind) in emitted(dev)
                assert matches(pattern, source, kind), (name, source, kind)


def test_a_rule_names_no_source_that_emits_nothing_of_it(dev):
    for name, pattern in patterns(dev).items():
        for source in pattern["source"]:
            found = [kind for own, kind in emitted(dev) if matches(pattern, own, kind)]
            assert isinstance(source, dict) or any(
                source in TYPES[kind].sources() for kind in found
            ), (name, source)


def test_a_function_is_not_allowed_to_emit_what_its_class_does_not_let_it(promote):
    with pytest.raises(
        ValueError, match=r"promote may not emit model.deployed, deployment_outcome"
    ):
        promote.allow_emit(ModelPromoted, ModelDeployed)
    assert promote.foundation.traffic.emitted == {}


def test_a_queue_does_not_subscribe_to_what_nobody_emits(promote):
    queue = EventQueue(promote, "Queue", function=promote)
    with pytest.raises(ValueError, match=r"no function emits audit.quarantined"):
        queue.subscribe("Never", DataProductPublished, MessageQuarantined)
    assert promote.foundation.traffic.subscribed == []


def test_what_a_function_may_emit_adds_up(promote):
    promote.allow_emit(ModelPromoted)
    promote.allow_emit(*(c for c in TYPES.values() if "promote" in c.EMITTERS))
    assert ModelPromoted in promote.foundation.traffic.emitted["promote"]
    assert len(promote.foundation.traffic.emitted["promote"]) > 1
