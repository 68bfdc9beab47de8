"""In five accounts nothing points into the void, and each side of a border says yes."""

import itertools
import json
import re

import pytest

from factory.events.catalogue import SpecChanged
from factory.events.data import DataProductPublished
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.people import (
    DefinitionRevoked,
    GuardsApproved,
    TrainingRequested,
    TrainingStopRequested,
)
from factory.events.registry import TYPES
from factory.events.training import RetrainingRequested
from factory.layout.outputs import PUBLISHED
from tests.stacks.conftest import FIVE
from tests.stacks.territory import Territory, matches
from tests.stacks.world import listed

NAMED = re.compile(r"^arn:aws:([a-z0-9]+):[a-z0-9-]*:(\d{12}):(.+)$")
FUNCTIONS = {
    "data": {"ingest", "stack_drift"},
    "training": {"catalogue", "onboard", "retrain", "run_events", "stack_drift"},
    "serving": {"promote", "command", "deployment_outcome", "reconcile", "stack_drift"},
    "watch": {"watch", "respond", "stack_drift"},
    "ledger": {"stack_drift"},
}
"""The functions of each account that emit events."""
CROSSING = {
    ("data", "training"): ({"ingest"}, {DataProductPublished}),
    ("data", "watch"): ({"ingest", "stack_drift"}, {IncidentOpened, IncidentClosed}),
    ("ledger", "watch"): ({"stack_drift"}, {IncidentOpened, IncidentClosed}),
    ("serving", "training"): (
        {"command"},
        {GuardsApproved, DefinitionRevoked, TrainingRequested, TrainingStopRequested},
    ),
    ("training", "watch"): ({"run_events", "stack_drift"}, {IncidentOpened, IncidentClosed}),
    ("training", "serving"): ({"onboard"}, {SpecChanged}),
    ("watch", "training"): ({"respond"}, {RetrainingRequested}),
    ("serving", "watch"): (
        {"deployment_outcome", "promote", "reconcile", "stack_drift"},
        {IncidentOpened, IncidentClosed},
    ),
}
"""Which functions reach another account, and with what; the ledger's is reached by all."""
AWS = {
    ("training", "serving"): ("aws.sagemaker", "SageMaker Model Package State Change"),
    ("serving", "watch"): ("aws.s3", "Object Created"),
}
"""What AWS emits in the first account and the second must know."""
SOURCES = {f"modelworks.{name}" for names in FUNCTIONS.values() for name in names}
SOURCES |= {"modelworks.audit_log", "somebody.else", *(source for source, _ in AWS.values())}
KINDS = {*TYPES, "model.unknown", *(kind for _, kind in AWS.values())}
REGISTRY = {"model-package/mw-dev-*", "model-package-group/"}
"""Things of the registry, which are made at run time: all packages, and how groups' ARNs begin."""


@pytest.fixture(scope="module")
def land(five):
    return Territory(five)


def test_every_room_stands_in_its_account_on_a_foundation_of_its_own(land):
    homes = {name: stack.account for name, stack in land.stacks.items()}
    rooms = {room.title(): account for room, account in FIVE.ids.items()}
    assert homes == rooms | {f"{room}Foundation": account for room, account in rooms.items()}
    assert {stack.region for stack in land.stacks.values()} == {FIVE.region}


def test_nothing_is_imported_from_another_account(land):
    importing = 0
    for stack in land.stacks.values():
        exported = {name for s in land.of(stack.account) for name in s.exports}
        assert stack.imports <= exported, stack.name
        importing += bool(stack.imports)
    assert importing == len(FIVE.ids)


def test_the_stacks_can_be_deployed_in_some_order(land):
    done, left = set(), dict(land.dependencies)
    while ready := {name for name, needs in left.items() if needs <= done}:
        done |= ready
        left = {name: needs for name, needs in left.items() if name not in ready}
    assert left == {}
    assert done == set(land.stacks)


def test_whatever_is_named_across_a_border_is_there(land):
    crossing = set(land.crossings())
    assert crossing
    missing = [
        (stack.name, arn) for stack, arn in crossing if not land.exists(arn) and not registry(arn)
    ]
    assert missing == []


def registry(arn):
    found = NAMED.match(arn)
    return bool(found) and found[1] == "sagemaker" and found[3] in REGISTRY


@pytest.fixture
def groups_say(land):
    """The statements that `onboard` writes into the policy of each group."""
    (found,) = [
        variables["GROUP_POLICY"]
        for function in land.stacks["Training"].of("AWS::Lambda::Function")
        if "GROUP_POLICY" in (variables := function["Environment"]["Variables"])
    ]
    return json.loads(found)


def test_what_serving_may_do_in_the_registry_each_group_allows_to_the_same_role(land, groups_say):
    asked = {(each.role, each.action) for each in land.permissions() if registry(each.resource)}
    said = {
        (each["Condition"]["ArnEquals"]["aws:PrincipalArn"], action)
        for each in groups_say
        for action in listed(each["Action"])
    }
    everywhere = "sagemaker:ListModelPackages"  # which a role's policy says of all groups or none
    assert asked == {pair for pair in said if pair[1] != everywhere}
    assert {each["Principal"]["AWS"] for each in groups_say} == {
        f"arn:aws:iam::{FIVE.ids['serving']}:root"
    }
    assert {action for _, action in asked} == {
        "sagemaker:DescribeModelPackage",
        "sagemaker:UpdateModelPackage",
    }


def test_what_a_group_allows_beside_reading_is_to_reject(groups_say):
    (rejects,) = [each for each in groups_say if each["Action"] == "sagemaker:UpdateModelPackage"]
    when = rejects["Condition"]["StringEquals"]
    assert when == {"sagemaker:ModelApprovalStatus": "Rejected"}


def test_serving_reaches_for_the_registry_alone_and_for_no_pipeline(land):
    reaching = {(stack.name, arn) for stack, arn in land.crossings() if registry(arn)}
    training = f"arn:aws:sagemaker:{FIVE.region}:{FIVE.ids['training']}"
    assert reaching == {("Serving", f"{training}:{kind}") for kind in REGISTRY}


def test_what_a_role_may_do_across_a_border_the_other_side_allows_too(land):
    asked = [each for each in land.permissions() if not registry(each.resource)]
    assert {each.action.split(":")[0] for each in asked} == {
        *("s3", "kms", "events", "dynamodb", "lambda"),
    }
    refused = [each for each in asked if not land.admits(each)]
    assert refused == []


def test_what_the_other_side_allows_it_allows_to_no_other_role(land):
    for each in land.permissions():
        stranger = f"arn:aws:iam::{each.account}:role/stranger"
        if each.action.startswith(("s3:", "kms:", "dynamodb:", "lambda:")):
            assert not land.admits(each, stranger), each


def crossing(sender, receiver):
    """Return the sources and the types with which one account may reach another."""
    functions, classes = CROSSING.get((sender, receiver), (set(), set()))
    if receiver == "ledger":
        functions = FUNCTIONS[sender]
        classes = {c for c in TYPES.values() if functions & set(c.EMITTERS)}
    sources = {f"modelworks.{name}" for name in functions}
    kinds = {each.TYPE for each in classes}
    aws = AWS.get((sender, receiver))
    return set(itertools.product(sources, kinds)) | ({aws} if aws else set())


@pytest.mark.parametrize(("sender", "receiver"), list(itertools.permutations(FUNCTIONS, 2)))
def test_a_bus_takes_from_another_account_what_is_subscribed_to_and_nothing_else(
    land, sender, receiver
):
    accounts = FIVE.ids[receiver], FIVE.ids[sender]
    taken = {pair for pair in itertools.product(SOURCES, KINDS) if land.takes(*accounts, *pair)}
    assert taken == crossing(sender, receiver)


@pytest.mark.parametrize(("sender", "receiver"), list(itertools.permutations(FUNCTIONS, 2)))
def test_a_bus_takes_what_crosses_by_the_role_that_forwards_it_alone(land, sender, receiver):
    """Neither an administrator of the sender's account nor one of its own says it otherwise."""
    for account in (FIVE.ids[sender], FIVE.ids[receiver]):
        other = f"arn:aws:iam::{account}:user/admin"
        for source, kind in crossing(sender, receiver):
            assert not land.takes(FIVE.ids[receiver], account, source, kind, role=other)


@pytest.mark.parametrize("room", FUNCTIONS)
def test_the_functions_of_an_account_emit_what_their_classes_say(land, room):
    emitted = {found[1:] for found in land.emitted() if found[0] == FIVE.ids[room]}
    assert emitted == {
        (f"modelworks.{name}", each.TYPE)
        for each in TYPES.values()
        for name in FUNCTIONS[room] & set(each.EMITTERS)
    }


def test_every_event_that_a_queue_subscribes_to_reaches_it_from_each_account(land):
    subscribed, emitted = list(land.listening()), set(land.emitted())
    assert {stack.name for stack, _ in subscribed} == {"Training", "Serving", "Watch", "Ledger"}
    for stack, pattern in subscribed:
        aws = AWS.get(from_aws(stack, pattern))
        found = {each for each in emitted if matches(pattern, *each[1:])}
        assert found or aws, (stack.name, pattern)
        for account, *each in found:
            if account != stack.account:
                assert land.forwarded(account, stack.account, *each), (stack.name, each)


def test_every_event_reaches_the_ledger(land):
    ledger = FIVE.ids["ledger"]
    (pattern,) = [pattern for stack, pattern in land.listening() if stack.account == ledger]
    emitted = list(land.emitted())
    assert {kind for _, _, kind in emitted} == {c.TYPE for c in TYPES.values() if c.EMITTERS}
    for account, *each in emitted:
        assert account == ledger or land.forwarded(account, ledger, *each), each
        assert matches(pattern, *each), each


def test_what_aws_emits_in_another_account_is_forwarded_and_subscribed_to(land):
    for (sender, receiver), each in AWS.items():
        account = FIVE.ids[receiver]
        assert any(matches(p, *each) for stack, p in land.listening() if stack.account == account)
        assert land.forwarded(FIVE.ids[sender], account, *each)


def from_aws(stack, pattern):
    """Return the two accounts between which AWS's own events of *pattern* cross, if they do."""
    here = (pair for pair in AWS if FIVE.ids[pair[1]] == stack.account)
    return next((pair for pair in here if matches(pattern, *AWS[pair])), None)


def test_what_has_come_from_one_account_is_not_sent_on_to_a_third(land):
    """AWS would not do it, and the event would end among what could not be forwarded."""
    rules = [
        rule
        for stack in land.stacks.values()
        for rule in stack.of("AWS::Events::Rule")
        if any(":event-bus/" in target["Arn"] for target in rule["Targets"])
    ]
    own = [r for r in rules if "modelworks." in r["EventPattern"]["source"][0]]
    assert own
    assert {tuple(r["EventPattern"]["account"]) for r in own} == {(i,) for i in FIVE.ids.values()}


@pytest.mark.parametrize("room", FUNCTIONS)
def test_each_account_compares_its_own_stacks_and_no_others(land, room):
    account = FIVE.ids[room]
    (mine,) = [
        f["Environment"]["Variables"]["STACKS"]
        for stack in land.of(account)
        for f in stack.of("AWS::Lambda::Function")
        if "STACKS" in f["Environment"]["Variables"]
    ]
    assert mine == f"modelworks-dev-foundation,modelworks-dev-{room}"


def test_each_output_is_published_by_the_stack_that_people_are_told(land):
    found = {}
    for name, stack in land.stacks.items():
        duty = "foundation" if name.endswith("Foundation") else name.lower()
        own = {n for n in stack.template.get("Outputs", {}) if not n.startswith("Exports")}
        found.setdefault(duty, set()).update(own - {"LookPolicyArn"})
    told = {duty: set(names) - {"LookPolicyArn"} for duty, names in PUBLISHED.items()}
    assert found == told
