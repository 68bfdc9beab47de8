"""Which version would serve again, and what is answered when none can?"""

from http import HTTPStatus

import pytest

from factory.commands.request import Caller, Rollback
from factory.commands.rollback import Target, Version, accept, chosen, movable
from factory.events.people import RollbackRequested
from tests.factory.commands.test_request import declined
from tests.factory.gates.test_gates import MODEL
from tests.factory.serving.test_rollout import (
    DONE,
    FELL_BACK,
    NEVER_CAME_UP,
    NOT_BEGUN,
    ON_ITS_WAY,
    V2,
    endpoint,
)

VERSIONS = [
    Version(number=4, package="arn/4", status="PendingManualApproval"),
    Version(number=3, package="arn/3", status="Approved"),
    Version(number=2, package="arn/2", status="Rejected"),
    Version(number=1, package="arn/1", status="Approved"),
]
GRACE = Caller(person="grace", duty="operator", request="r")


@pytest.mark.parametrize("found", [endpoint(), DONE, FELL_BACK])
def test_an_endpoint_that_stands_still_can_be_moved(found):
    assert movable(found, MODEL) is found


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "churn serves nothing; approve a version instead"),
        (NEVER_CAME_UP, "churn serves nothing; approve a version instead"),
        (ON_ITS_WAY, "its alarms take it back by themselves; try again when that has ended"),
        (NOT_BEGUN, "its alarms take it back by themselves; try again when that has ended"),
    ],
)
def test_an_endpoint_that_is_on_its_way_or_serves_nothing_cannot(found, words):
    declined(HTTPStatus.CONFLICT, words, movable, found, MODEL)


def rollback(version=None):
    return Rollback(model="churn", reason="it is worse", version=version)


def test_the_newest_approved_version_below_what_serves_is_meant_unless_another_is_named():
    assert chosen(rollback(), 4, VERSIONS).number == 3
    assert chosen(rollback(), 3, VERSIONS).number == 1
    assert chosen(rollback(1), 4, VERSIONS).number == 1


@pytest.mark.parametrize(
    ("version", "serves", "status", "words"),
    [
        (None, 1, HTTPStatus.CONFLICT, "churn has no approved version before 1, which serves"),
        (3, 3, HTTPStatus.CONFLICT, "churn serves version 3 already"),
        (9, 3, HTTPStatus.NOT_FOUND, "churn has no version 9"),
        (4, 3, HTTPStatus.CONFLICT, "version 4 is PendingManualApproval in the registry"),
        (3, 1, HTTPStatus.CONFLICT, "version 3 is newer than version 1"),
        (2, 3, HTTPStatus.CONFLICT, "version 2 is Rejected in the registry"),
    ],
)
def test_a_version_that_may_not_serve_is_declined(version, serves, status, words):
    declined(status, words, chosen, rollback(version), serves, VERSIONS)


def test_a_version_that_promotion_never_recorded_is_declined():
    target = Target(version=VERSIONS[3], endpoint=DONE, recorded=False)
    words = "churn version 1 was never approved: promotion has no record of it"
    declined(HTTPStatus.CONFLICT, words, accept, rollback(), GRACE, target)


def test_promotion_is_asked_in_the_person_s_name_and_told_what_the_person_saw():
    target = Target(version=VERSIONS[3], endpoint=DONE, recorded=True)
    accepted = accept(rollback(), GRACE, target)
    event = accepted.event
    assert (event.TYPE, event.subject) == (RollbackRequested.TYPE, "model/churn/1")
    assert (event.actor, event.reason, event.key) == ("person/grace", "it is worse", "r")
    assert event.detail() == {"model": "churn", "version": 1, "package": "arn/1", "from": V2}
    assert accepted.answer == {
        "model": "churn",
        "version": 1,
        "package": "arn/1",
        "from": 2,
        "by": "grace",
    }
