"""Who may have a model learn, with which code, and who may stop a run?"""

import dataclasses
from http import HTTPStatus

import pytest

from factory.commands.request import BUILDER, OPERATOR, Caller, Declined, StopRun, Train
from factory.commands.training import LARGEST, LONGEST, Brought, accept_stop, accept_train
from tests.factory.gates.test_gates import MODEL

SHA = "c" * 64
URI = f"s3://work/code/alan/{SHA}.zip"
THERE = Brought(uri=URI, size=1000, digest=SHA)
ABSENT = Brought(uri=URI)
ALAN = Caller(person="alan", duty=BUILDER, request="r")
assert MODEL.builders == ("ada",)


def train(code="", brought=ABSENT, model=MODEL, reason="new idea"):
    command = Train(model=MODEL.name, reason=reason, code=code)
    return accept_train(command, ALAN, model, brought)


def stop(person, duty=BUILDER):
    caller = Caller(person=person, duty=duty, request="r")
    return accept_stop(StopRun(model="churn", execution="arn:e", reason="a typo"), caller, MODEL)


def test_a_builder_of_another_model_may_ask_and_is_named():
    accepted = train()
    assert (accepted.event.actor, accepted.event.key) == ("person/alan", "r")
    assert accepted.event.detail() == {"model": "churn"}
    assert train(SHA, THERE).event.detail() == {"model": "churn", "code": SHA}


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        (
            {"code": SHA},
            HTTPStatus.NOT_FOUND,
            f"there is no training code cccccccccccc yet; write it to {URI}",
        ),
        (
            {"code": SHA, "brought": dataclasses.replace(THERE, digest="d" * 64)},
            HTTPStatus.CONFLICT,
            f"{URI} has SHA-256 dddddddddddd, which is not what its name says",
        ),
        (
            {"code": SHA, "brought": Brought(uri=URI, size=LARGEST + 1)},
            HTTPStatus.CONFLICT,
            f"{URI} has {LARGEST + 1} bytes; training code has {LARGEST}",
        ),
        (
            {"model": dataclasses.replace(MODEL, retired=True)},
            HTTPStatus.CONFLICT,
            "churn is retired: it learns no more",
        ),
        ({"reason": "x" * (LONGEST + 1)}, HTTPStatus.BAD_REQUEST, "a reason of 601 characters"),
    ],
)
def test_what_cannot_be_trained_is_declined_in_words(given, status, words):
    with pytest.raises(Declined) as caught:
        train(**given)
    assert caught.value.status == status
    assert words in str(caught.value)


def test_a_run_is_stopped_by_who_builds_its_model_or_an_operator():
    assert stop("ada").event.execution == "arn:e"
    assert stop("grace", OPERATOR).event.actor == "person/grace"


def test_nobody_stops_the_run_of_another_team():
    with pytest.raises(Declined, match="alan does not build churn and may not stop its runs"):
        stop("alan")
