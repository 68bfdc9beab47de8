"""Is a version refused whose run is not what was asked for, or whose approver had a part in it?"""

import dataclasses
import json

import pytest

from factory.errors import Refused
from factory.promotion import binding
from factory.training.run_request import Code
from tests.factory.gates.test_gates import MODEL
from tests.factory.promotion.boundruns import record, registration
from tests.factory.promotion.test_approval import PACKAGE
from tests.factory.promotion.test_evidence import found, measured
from tests.factory.promotion.test_origin import DEFINITION
from tests.factory.training.test_bound import ALAN, ASKED, by

SHA = "c" * 64
OWN = dataclasses.replace(ASKED, asked_by="person/bob", code=Code(SHA, "carl"))
ADMIN = {"LastModifiedBy": by("arn:aws:iam::1:user/admin")}
SOME = {"SelectiveExecutionConfig": {"SelectedSteps": [{"StepName": "Gates"}]}}


def lineage(**changes):
    sections = {"lineage": {**measured()["lineage"], **changes}, "looks": measured()["looks"]}
    return json.dumps(sections).encode()


def looked(**changes):
    sections = {"lineage": measured()["lineage"], "looks": {**measured()["looks"], **changes}}
    return json.dumps(sections).encode()


def own(**changes):
    """Return what is found of a run that bob asked for, with carl's code."""
    bound = record(DEFINITION, OWN)
    ended = dataclasses.replace(registration(DEFINITION), seen=bound.seen)
    there = {"evidence": lineage(training_code=SHA, request=OWN.digest), "registration": ended}
    return found(**{"bound": bound, **there, **changes})


def check(there, approver="grace"):
    return binding.check(dataclasses.replace(PACKAGE, approver=approver), MODEL, there)


def refused(there, approver="grace"):
    with pytest.raises(Refused) as caught:
        check(there, approver)
    return str(caught.value)


def test_a_run_that_is_what_was_asked_for_may_be_approved_by_who_had_no_part_in_it():
    assert check(found()).execution == PACKAGE.run
    assert check(own()).people == ("ada", "bob", "carl")


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ({"bound": None}, "its run has no bound record: nobody knows who asked for it"),
        (
            {"bound": record(DEFINITION, CreatedBy=by(ALAN, SourceIdentity="alan"))},
            "its run is not what was asked for: alan started it, and only retrain may; start a new",
        ),
        (
            {"bound": dataclasses.replace(record(DEFINITION), execution="arn:other")},
            "the bound record is of another run: arn:other",
        ),
        (
            {"bound": dataclasses.replace(record(DEFINITION), model="other")},
            "the bound record is of another run",
        ),
        ({"became": ""}, "its request became no run that retrain knows of, not this run"),
        ({"became": "arn:other"}, "its request became arn:other, not this run; start a new run"),
        (
            {"registration": registration(DEFINITION, **ADMIN)},
            "its run is no longer what was bound: arn:aws:iam::1:user/admin has changed it since",
        ),
        (
            {"registration": registration(DEFINITION, **SOME)},
            "the steps that were selected; start a new run",
        ),
        ({"evidence": lineage(request="0" * 64)}, "the evidence names another request"),
        ({"evidence": b"{}"}, "the evidence names another request"),
        ({"evidence": lineage(training_code=SHA)}, "the gates found training code cccccccccccc"),
        (
            {"evidence": looked(look=1)},
            "the gates judged look 1 at the test rows, retrain counted look 2; start a new run",
        ),
        ({"evidence": looked(look="2 ")}, "the gates judged look 2  at the test rows"),
        ({"evidence": looked(look=None)}, "the gates judged look None at the test rows"),
    ],
)
def test_a_run_that_is_something_else_is_refused_with_the_reason(there, words):
    assert words in refused(found(**there))


def test_own_training_code_that_the_gates_did_not_find_is_refused():
    words = refused(own(evidence=lineage(training_code="d" * 64, request=OWN.digest)))
    assert words == "the gates found training code dddddddddddd, asked for was cccccccccccc"


@pytest.mark.parametrize(
    ("person", "part"),
    [
        ("ada", "they built the model then"),
        ("bob", "they asked for it"),
        ("carl", "it ran their training code"),
        ("Carl ", "it ran their training code"),
    ],
)
def test_whoever_had_a_part_in_a_run_does_not_approve_what_came_of_it(person, part):
    words = refused(own(), approver=person)
    assert words.startswith(f"{person} had a part in the run of churn version 2: {part}")


def test_a_person_whom_nobody_knows_leaves_it_inconclusive():
    nameless = dataclasses.replace(record(DEFINITION), people=("ada", " "))
    assert refused(found(bound=nameless)).startswith("INCONCLUSIVE: somebody had a part in its run")
