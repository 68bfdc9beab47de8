"""Which approvals do not hold, and why?"""

import copy
import dataclasses
import hashlib
import json

import pytest

from factory.errors import Refused
from factory.promotion.approval import Found, check
from factory.promotion.package import Approved
from tests.factory.gates.test_gates import GOOD, MODEL

ARTIFACT = "a" * 64
RUN = GOOD["execution"]
PACKAGE = "arn:aws:sagemaker:us-east-1:1:model-package/churn/2"
CONTAINER = {"Image": "sklearn:1", "Environment": {"SAGEMAKER_PROGRAM": "inference.py"}}
REGISTER = {
    "Type": "RegisterModel",
    "Arguments": {"InferenceSpecification": {"Containers": [CONTAINER]}},
}
DEFINITION = json.dumps(
    {"Steps": [{"Type": "Condition", "Arguments": {"IfSteps": [REGISTER], "ElseSteps": []}}]}
)


def found(judged=GOOD, **changes):
    body = json.dumps(judged).encode()
    fields = {
        "artifact": ARTIFACT,
        "evidence": body,
        "registered": PACKAGE,
        "run_definition": DEFINITION,
        "deployed_definition": json.dumps(json.loads(DEFINITION), indent=2),
        "champion": ARTIFACT,
    }
    return Found(**{**fields, **changes})


def approved(evidence=GOOD, **changes):
    fields = {
        "package": PACKAGE,
        "model": "churn",
        "version": 2,
        "approver": "grace",
        "reason": "it is better",
        "at": "2026-01-01T00:00:00+00:00",
        "run": RUN,
        "artifact": ARTIFACT,
        "evidence": hashlib.sha256(json.dumps(evidence).encode()).hexdigest(),
        "containers": [{**CONTAINER, "ModelDataUrl": "s3://work/model.tar.gz", "ImageDigest": "x"}],
    }
    return Approved(**{**fields, **changes})


def with_evidence(**changes):
    return {**copy.deepcopy(GOOD), **changes}


def test_an_approval_by_somebody_independent_of_what_was_judged_holds():
    check(approved(), found(), MODEL)


@pytest.mark.parametrize(
    ("said", "there", "words"),
    [
        ({"approver": ""}, {}, "no source identity"),
        ({"approver": "ada"}, {}, "ada builds churn and may not approve it"),
        ({"reason": "  "}, {}, "gives no reason"),
        ({"reason": "refused by the factory: it was swapped"}, {}, "gives no reason"),
        ({}, {"registered": ""}, "its run registered nothing"),
        ({"package": "arn:by:hand"}, {}, f"its run registered {PACKAGE}, not arn:by:hand"),
        ({}, {"artifact": "b" * 64}, "it was swapped after the gates"),
        ({"artifact": "b" * 64}, {}, "it was swapped after the gates"),
        ({}, {"evidence": b"{}"}, "it was changed after the gates"),
        ({}, {"run_definition": '{"Steps": [1]}'}, "another pipeline definition"),
        ({"run": "arn:other"}, {}, "the evidence is of another run"),
        ({"containers": [{**CONTAINER, "Image": "evil:1"}]}, {}, "image or environment is not"),
        ({"containers": [{**CONTAINER, "Environment": {}}]}, {}, "image or environment is not"),
        ({"containers": [CONTAINER, CONTAINER]}, {}, "image or environment is not"),
        ({"containers": []}, {}, "image or environment is not"),
        ({}, {"champion": "none"}, "today's is none; start a new run"),
        ({}, {"champion": "c" * 64}, "today's is cccccccccccc; start a new run"),
    ],
)
def test_an_approval_that_does_not_hold_is_refused_with_the_reason(said, there, words):
    with pytest.raises(Refused) as caught:
        check(approved(**said), found(**there), MODEL)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (with_evidence(quality={**GOOD["quality"], "value": 0.6}), "judged again, floor FAIL"),
        (with_evidence(fairness={}), "judged again, fairness INCONCLUSIVE"),
        (
            with_evidence(artifact={"gated": "b" * 64, "evaluated": "b" * 64}),
            "the gates judged another artifact",
        ),
    ],
)
def test_the_evidence_is_judged_again(evidence, words):
    with pytest.raises(Refused) as caught:
        check(approved(evidence), found(evidence), MODEL)
    assert words in str(caught.value)


def test_nobody_is_independent_of_unknown_builders():
    with pytest.raises(Refused, match="the builders are unknown"):
        check(approved(), found(), dataclasses.replace(MODEL, builders=()))


def test_a_retired_model_is_not_approved():
    with pytest.raises(Refused, match="churn is retired"):
        check(approved(), found(), dataclasses.replace(MODEL, retired=True))
