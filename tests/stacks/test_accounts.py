"""In five accounts nothing points into the void, and each side of a border says yes."""

import re

import pytest

from stacks.accounts import FORWARDED, HEARD, SPEAKERS
from tests.stacks.conftest import FIVE
from tests.stacks.territory import Territory

NAMED = re.compile(r"^arn:aws:([a-z0-9]+):[a-z0-9-]*:(\d{12}):(.+)$")
SOURCES = {f"modelworks.{n}" for names in SPEAKERS.values() for n in names}
SOURCES |= {"aws.s3", "aws.sagemaker", "somebody.else"}
REGISTRY = {  # kinds of SageMaker's things that promote and command reach for in training
    "model-package/*",
    "pipeline/modelworks-*",
    "pipeline/modelworks-*/execution/*",
}


@pytest.fixture(scope="module")
def land(five):
    return Territory(five)


def test_every_room_stands_in_its_account_on_a_foundation_of_its_own(land):
    homes = {name: stack.account for name, stack in land.stacks.items()}
    rooms = {room.title(): account for room, account in FIVE.accounts.items()}
    assert homes == rooms | {f"{room}Foundation": account for room, account in rooms.items()}
    assert {stack.region for stack in land.stacks.values()} == {FIVE.region}


def test_nothing_is_imported_from_another_account(land):
    importing = 0
    for stack in land.stacks.values():
        exported = {name for s in land.of(stack.account) for name in s.exports}
        assert stack.imports <= exported, stack.name
        importing += bool(stack.imports)
    assert importing == len(FIVE.accounts)


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


def test_of_the_registry_alone_the_templates_cannot_say_who_is_let_in(land):
    """Its groups are made at run time: who deploys five accounts must share them himself."""
    reaching = {(stack.name, arn) for stack, arn in land.crossings() if registry(arn)}
    training = f"arn:aws:sagemaker:{FIVE.region}:{FIVE.accounts['training']}"
    assert reaching == {("Serving", f"{training}:{kind}") for kind in REGISTRY}


def test_what_a_role_may_do_across_a_border_the_other_side_allows_too(land):
    asked = [each for each in land.permissions() if not registry(each.resource)]
    assert {each.action.split(":")[0] for each in asked} == {"s3", "kms", "events"}
    refused = [each for each in asked if not land.admits(each)]
    assert refused == []


def test_what_the_other_side_allows_it_allows_to_no_other_role(land):
    for each in land.permissions():
        stranger = f"arn:aws:iam::{each.account}:role/stranger"
        if each.action.startswith(("s3:", "kms:")):
            assert not land.admits(each, stranger), each


def test_a_bus_takes_from_an_account_what_its_functions_say_and_nothing_else(land):
    for hearer in HEARD.keys() | {pair[1] for pair in FORWARDED}:
        for speaker, account in FIVE.accounts.items():
            if speaker == hearer:
                continue
            said = {f"modelworks.{n}" for n in SPEAKERS.get(speaker, ())}
            heard = said if speaker in HEARD.get(hearer, ()) else set()
            heard |= set(FORWARDED.get((speaker, hearer), ()))
            taken = {s for s in SOURCES if land.takes(FIVE.accounts[hearer], account, s)}
            assert taken == heard, (speaker, hearer)


def test_the_speakers_of_a_room_are_the_functions_that_may_speak_there(land):
    for room in FIVE.accounts:
        own = {
            statement["Condition"]["StringEquals"]["events:source"]
            for statement in land.stacks[room.title()].allowing("events:PutEvents")
            if "Condition" in statement
        }
        assert own == {f"modelworks.{name}" for name in SPEAKERS.get(room, ())}, room


def test_every_word_that_a_function_listens_for_can_reach_it(land):
    listening = list(land.listening())
    assert {stack.name for stack, _, _ in listening} == {"Training", "Serving", "Watch", "Ledger"}
    for stack, source, kinds in listening:
        speakers = set(land.spoken(source, kinds)) | forwarded(stack.account, source)
        assert speakers, (stack.name, source)
        for account, said in speakers:
            if account != stack.account:
                assert land.relayed(account, stack.account, said), (stack.name, said)


def test_what_aws_says_in_another_account_is_handed_on_and_listened_for(land):
    listened = [(stack.account, source) for stack, source, _ in land.listening()]
    for (speaker, hearer), sources in FORWARDED.items():
        for source in sources:
            assert (FIVE.accounts[hearer], source) in listened
            assert land.relayed(FIVE.accounts[speaker], FIVE.accounts[hearer], source)


def forwarded(hearer, source):
    """Return account and source of what AWS says elsewhere and *hearer* listens for."""
    return {
        (FIVE.accounts[speaker], source)
        for (speaker, to), sources in FORWARDED.items()
        if FIVE.accounts[to] == hearer and source in sources
    }
