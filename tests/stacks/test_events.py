"""Who may emit what, and who subscribes to it? Both follow from the classes of the events."""

import json

import pytest
from aws_cdk import App, Duration, Stack

from factory.events.audit import MessageQuarantined
from factory.events.data import DataProductPublished
from factory.events.model import ModelDeployed, ModelPromoted
from factory.events.registry import TYPES
from factory.stage import DEV
from localcloud.iam.policy import Effect, Principal, evaluate
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.foundation import FoundationStack
from tests.stacks.territory import matches
from tests.stacks.world import ACCOUNT


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


def bus_denies(world, role, source, kind):
    """Say whether the bus denies it to *role*, whatever the role's own policies allow."""
    arn = f"arn:aws:iam::{ACCOUNT}:{role if '/' in role else f'role/{role}'}"
    documents = [
        {"Statement": [policy["Statement"]]}
        for policy in world.all("AWS::Events::EventBusPolicy").values()
    ]
    context = {"events:source": source, "events:detail-type": kind, "aws:principalarn": arn}
    who = Principal(names=frozenset({arn}), account=ACCOUNT)
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/Bus"
    return evaluate(documents, "events:PutEvents", bus, context, who) is Effect.DENY


def test_under_a_source_of_the_factory_nobody_speaks_but_the_function_of_that_name(dev):
    roles = {name: dev.role_of(name) for cls in TYPES.values() for name in cls.EMITTERS}
    for kind, cls in TYPES.items():
        for name in cls.EMITTERS:
            source = f"modelworks.{name}"
            let = {
                other for other, role in roles.items() if not bus_denies(dev, role, source, kind)
            }
            assert let == {name}, (kind, name)
            for person in ("user/admin", "root", "ApproverRole", "CommandingOperatorRole"):
                assert bus_denies(dev, person, source, kind), (kind, name, person)


@pytest.mark.parametrize("source", ["modelworks.audit_log", "modelworks.nobody", "any.app", "x"])
def test_under_a_source_that_no_function_has_nobody_speaks(dev, source):
    for who in ("user/admin", dev.role_of("promote"), dev.role_of("audit_log")):
        assert bus_denies(dev, who, source, ModelDeployed.TYPE)


@pytest.mark.parametrize("kind", ["model.invented", MessageQuarantined.TYPE])
def test_of_what_no_class_is_declared_nobody_speaks(dev, kind):
    assert bus_denies(dev, dev.role_of("promote"), "modelworks.promote", kind)


def test_the_policy_of_the_bus_fits_in_what_aws_allows(dev):
    statements = [p["Statement"] for p in dev.all("AWS::Events::EventBusPolicy").values()]
    assert len(json.dumps(statements, separators=(",", ":"))) < 9_000  # of 10,240
