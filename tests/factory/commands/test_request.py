"""Who commands, and what is answered to what is not a command?"""

import base64
import json
from http import HTTPStatus

import pytest

from factory.commands.request import (
    BUILDER,
    OPERATOR,
    ApproveGuards,
    Caller,
    Declined,
    RevokeDefinition,
    Rollback,
    StopRun,
    Train,
    body,
    caller,
    check_duty,
    parse,
)

ROLE = "Operator-ABC"
ROLES = {ROLE: OPERATOR, "Builder-DEF": BUILDER}
SESSION = "arn:aws:sts::123456789012:assumed-role"


def request(arn, **changes):
    context = {"authorizer": {"iam": {"userArn": arn}}, "requestId": "r"}
    return {"requestContext": context, "isBase64Encoded": False, **changes}


def declined(status, words, call, *arguments):
    with pytest.raises(Declined) as caught:
        call(*arguments)
    assert caught.value.status == status
    assert words in str(caught.value)


def test_the_person_is_the_name_of_the_operator_s_session():
    known = Caller(person="grace", duty=OPERATOR, request="r")
    assert caller(request(f"{SESSION}/{ROLE}/grace"), ROLES) == known
    assert caller(request(f"{SESSION}/Builder-DEF/ada"), ROLES).duty == BUILDER


@pytest.mark.parametrize(
    "arn",
    [
        f"{SESSION}/Another/grace",
        f"{SESSION}/{ROLE}-2/grace",
        f"{SESSION}/{ROLE}/",
        "arn:aws:iam::123456789012:user/grace",
        "arn:aws:iam::123456789012:root",
    ],
)
def test_nobody_else_commands(arn):
    words = "is not a session of the role of builder or operator"
    declined(HTTPStatus.FORBIDDEN, words, caller, request(arn), ROLES)


TRAIN = Train(model="churn", reason="r", code="")
STOP = StopRun(model="churn", execution="arn:e", reason="r")
ROLLBACK = Rollback(model="churn", reason="r", version=None)


@pytest.mark.parametrize(
    ("wanted", "duty"),
    [(TRAIN, BUILDER), (STOP, BUILDER), (STOP, OPERATOR), (ROLLBACK, OPERATOR)],
)
def test_each_duty_has_its_commands(wanted, duty):
    check_duty(wanted, Caller(person="ada", duty=duty, request="r"))


@pytest.mark.parametrize(("wanted", "duty"), [(TRAIN, OPERATOR), (ROLLBACK, BUILDER)])
def test_a_command_of_another_duty_is_declined(wanted, duty):
    ada = Caller(person="ada", duty=duty, request="r")
    declined(HTTPStatus.FORBIDDEN, "assume that role", check_duty, wanted, ada)


def test_a_body_is_read_however_it_was_sent():
    assert body(request("", body="{}")) == "{}"
    assert body(request("")) == ""
    sent = base64.b64encode('{"ä": 1}'.encode()).decode()
    assert body(request("", body=sent, isBase64Encoded=True)) == '{"ä": 1}'


@pytest.mark.parametrize("sent", ["%%%", "//79"])
def test_a_body_that_is_not_text_is_declined(sent):
    broken = request("", body=sent, isBase64Encoded=True)
    declined(HTTPStatus.BAD_REQUEST, "the body is not text", body, broken)


def command(**changes):
    words = {"command": "rollback", "model": "churn", "reason": " it is worse "}
    return json.dumps({k: v for k, v in {**words, **changes}.items() if v is not None})


def guards(**changes):
    return command(**{"command": "approve_guards", "digest": "b" * 64, **changes})


def train(**changes):
    return command(**{"command": "train", **changes})


def revocation(**changes):
    words = {"command": "revoke_definition", "recipe": "boosting", "digest": "a" * 64}
    return command(**{**words, "model": None, **changes})


def test_a_command_is_read():
    wanted = ApproveGuards(model="churn", reason="it is worse", digest="b" * 64)
    assert parse(guards()) == wanted
    wanted = RevokeDefinition(recipe="boosting", digest="a" * 64, reason="it is worse")
    assert parse(revocation()) == wanted
    assert parse(train()) == Train(model="churn", reason="it is worse", code="")
    assert parse(train(digest="c" * 64)).code == "c" * 64
    assert parse(command(command="stop_run", execution="arn:e")).execution == "arn:e"
    assert parse(command()) == Rollback(model="churn", reason="it is worse", version=None)
    assert parse(command(version=2)).version == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (train(digest="../x"), "train: digest is '../x', not a SHA-256 of 64 digits"),
        (train(model=None), "train needs the name of a model as 'model'"),
        (command(command="stop_run"), "stop_run needs the name of a run as 'execution'"),
        (guards(digest="0123"), "approve_guards: digest is '0123', not a SHA-256 of 64 digits"),
        (guards(digest=None), "approve_guards: digest is None, not a SHA-256 of 64 digits"),
        (guards(model=None), "approve_guards needs the name of a model as 'model'"),
        (guards(reason=" "), "a command without a reason is not carried out"),
        (revocation(digest=None), "revoke_definition: digest is None, not a SHA-256"),
        (revocation(digest="A" * 64), "revoke_definition: digest is"),
        (revocation(recipe=None), "revoke_definition needs the name of a recipe as 'recipe'"),
        ("", "the body is not JSON"),
        ("[]", "a command is"),
        (
            command(command="delete"),
            'a command is {"command": one of "rollback", "approve_guards", "revoke_',
        ),
        (command(command=["rollback"]), "a command is"),
        (command(model=None), "the name of a model"),
        (command(model=7), "the name of a model"),
        (command(reason=None), "a command without a reason is not carried out"),
        (command(reason="  "), "a command without a reason is not carried out"),
        (command(version=0), "version 0 is not a version"),
        (command(version="1"), "version '1' is not a version"),
        (command(version=True), "version True is not a version"),
    ],
)
def test_what_is_not_a_command_is_declined_in_words(text, words):
    declined(HTTPStatus.BAD_REQUEST, words, parse, text)
