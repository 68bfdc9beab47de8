"""What may be commanded, by whom, and what is answered to everything else?"""

import json
from http import HTTPStatus

import pytest

from factory.promotion.command import Declined, Rollback, Version, movable, parse, person, target
from tests.factory.gates.test_gates import MODEL
from tests.factory.serving.test_rollout import (
    DONE,
    FELL_BACK,
    NEVER_CAME_UP,
    NOT_BEGUN,
    ON_ITS_WAY,
    endpoint,
)

ROLE = "Operator-ABC"
SESSION = "arn:aws:sts::123456789012:assumed-role"
VERSIONS = [
    Version(number=4, package="arn/4", status="PendingManualApproval"),
    Version(number=3, package="arn/3", status="Approved"),
    Version(number=2, package="arn/2", status="Rejected"),
    Version(number=1, package="arn/1", status="Approved"),
]


def request(arn):
    return {"requestContext": {"authorizer": {"iam": {"userArn": arn}}}}


def declined(status, words, call, *arguments):
    with pytest.raises(Declined) as caught:
        call(*arguments)
    assert caught.value.status == status
    assert words in str(caught.value)


def test_the_person_is_the_name_of_the_operator_s_session():
    assert person(request(f"{SESSION}/{ROLE}/grace"), ROLE) == "grace"


@pytest.mark.parametrize(
    "arn",
    [
        f"{SESSION}/Another/grace",
        f"{SESSION}/{ROLE}-2/grace",
        "arn:aws:iam::123456789012:user/grace",
        "arn:aws:iam::123456789012:root",
    ],
)
def test_nobody_else_commands(arn):
    declined(HTTPStatus.FORBIDDEN, "no session of the operators' role", person, request(arn), ROLE)


def body(**changes):
    words = {"command": "rollback", "model": "churn", "reason": " it is worse "}
    return json.dumps({k: v for k, v in {**words, **changes}.items() if v is not None})


def test_a_command_is_read():
    assert parse(body()) == Rollback(model="churn", reason="it is worse", version=None)
    assert parse(body(version=2)).version == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the body is no JSON"),
        ("[]", "the only command is"),
        (body(command="delete"), "the only command is"),
        (body(model=None), "the name of a model"),
        (body(model=7), "the name of a model"),
        (body(reason=None), "a rollback without a reason is none"),
        (body(reason="  "), "a rollback without a reason is none"),
        (body(version=0), "version 0 is no version"),
        (body(version="1"), "version '1' is no version"),
        (body(version=True), "version True is no version"),
    ],
)
def test_what_is_no_command_is_declined_in_words(text, words):
    declined(HTTPStatus.BAD_REQUEST, words, parse, text)


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


def test_the_newest_approved_version_below_what_serves_is_meant_unless_said_otherwise():
    assert target(rollback(), 4, VERSIONS).number == 3
    assert target(rollback(), 3, VERSIONS).number == 1
    assert target(rollback(1), 4, VERSIONS).number == 1


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
    declined(status, words, target, rollback(version), serves, VERSIONS)
