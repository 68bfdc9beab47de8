"""Who may let loosened guards take force, and which?"""

import dataclasses
from http import HTTPStatus

import pytest

from factory.catalogue import entry as entries
from factory.catalogue.spec import Watch
from factory.commands.guards import accept
from factory.commands.request import ApproveGuards, Caller
from tests.factory.commands.test_request import declined
from tests.factory.gates.test_gates import MODEL

GRACE = Caller(person="grace", duty="operator", request="r")
LOOSER = dataclasses.replace(MODEL, builders=("bob",), watch=Watch(max_psi=0.9))
DEPLOYED = entries.deployed(entries.deployed(None, None, MODEL, 1).entry, MODEL, LOOSER, 2)
ENTRY, IN_FORCE = DEPLOYED.entry, DEPLOYED.model
COMMAND = ApproveGuards(model="churn", reason="the season is over", digest=ENTRY.deployed)


def test_somebody_independent_approves_all_that_is_held():
    accepted = accept(COMMAND, GRACE, ENTRY, IN_FORCE)
    event = accepted.event
    assert (event.actor, event.reason) == ("person/grace", "the season is over")
    assert (event.digest, event.sequence) == (ENTRY.deployed, 2)
    assert set(event.guards) == {"builders", "watch.max_psi"}
    assert "watch.max_psi: 0.25 is now 0.9 (loosened)" in accepted.answer["guards"]


def test_a_builder_by_another_spelling_does_not_approve():
    caller = Caller(person="ADA@corp.com", duty="operator", request="r")
    words = "ADA@corp.com is taken for ada, who builds churn, and may not approve its guards"
    declined(HTTPStatus.FORBIDDEN, words, accept, COMMAND, caller, ENTRY, IN_FORCE)


@pytest.mark.parametrize("builder", ["ada", "bob"])
def test_neither_a_builder_nor_one_whom_the_change_would_take_off_approves(builder):
    caller = Caller(person=builder, duty="operator", request="r")
    words = f"{builder} builds churn and may not approve its guards"
    declined(HTTPStatus.FORBIDDEN, words, accept, COMMAND, caller, ENTRY, IN_FORCE)


def test_nobody_is_independent_of_unknown_builders():
    nobody = dataclasses.replace(IN_FORCE, builders=())
    declined(HTTPStatus.CONFLICT, "are unknown", accept, COMMAND, GRACE, ENTRY, nobody)


def test_what_was_deployed_after_the_person_had_read_is_not_approved():
    seen = dataclasses.replace(COMMAND, digest="0" * 64)
    words = f"another spec of churn was deployed meanwhile, {ENTRY.deployed[:12]} instead of 0000"
    declined(HTTPStatus.CONFLICT, words, accept, seen, GRACE, ENTRY, IN_FORCE)


def test_the_same_spec_that_is_deployed_again_needs_an_approval_of_its_own():
    again = dataclasses.replace(ENTRY, sequence=4)
    events = [accept(COMMAND, GRACE, entry, IN_FORCE).event for entry in (ENTRY, again)]
    assert events[0].id != events[1].id


def test_where_nothing_is_held_nothing_is_approved():
    entry = entries.deployed(None, None, MODEL, 1).entry
    command = dataclasses.replace(COMMAND, digest=entry.deployed)
    words = "no guard of churn waits for approval"
    declined(HTTPStatus.CONFLICT, words, accept, command, GRACE, entry, MODEL)
