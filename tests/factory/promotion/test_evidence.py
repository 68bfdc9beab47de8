"""Is anything served that is not what was judged, registered and approved?"""

import copy
import dataclasses
import hashlib
import json

import pytest

from factory.errors import Refused
from factory.promotion import evidence
from factory.promotion.evidence import LARGEST, Artifact, Found
from tests.factory.gates.test_gates import GOOD, MODEL
from tests.factory.promotion.test_approval import ARN, ARTIFACT, CONTAINER, PACKAGE, RUN

REGISTER = {
    "Type": "RegisterModel",
    "Arguments": {
        "InferenceSpecification": {
            "Containers": [{k: CONTAINER[k] for k in ("Image", "Environment")}]
        }
    },
}
DEFINITION = json.dumps(
    {"Steps": [{"Type": "Condition", "Arguments": {"IfSteps": [REGISTER], "ElseSteps": []}}]}
)
COLUMNS = {"age": {"kind": "number"}, "sex": {"kind": "category"}}
BASELINE = json.dumps(
    {"features": ["age", "sex"], "baseline": {"version": 1, "columns": COLUMNS}}
).encode()
MEASURED = copy.deepcopy(GOOD) | {
    "execution": RUN,
    "baseline": {**GOOD["baseline"], "digest": hashlib.sha256(BASELINE).hexdigest()},
}


def measured(**changes):
    return copy.deepcopy(MEASURED) | changes


def registered(content=MEASURED, **changes):
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return dataclasses.replace(PACKAGE, **{"evidence": digest, **changes})


def artifact(**changes):
    staged = "s3://work/promotions/churn/2/v/model.tar.gz"
    known = Artifact(size=1000, digest=ARTIFACT, staged=staged, version="w")
    return dataclasses.replace(known, **changes)


def found(content=MEASURED, **changes):
    fields = {
        "artifact": artifact(),
        "evidence": json.dumps(content).encode(),
        "baseline": BASELINE,
        "registered": ARN,
        "run_definition": DEFINITION,
        "deployed_definition": json.dumps(json.loads(DEFINITION), indent=2),
        "champion": ARTIFACT,
    }
    return Found(**{**fields, **changes})


def test_what_is_there_is_what_was_judged_registered_and_approved():
    evidence.check(registered(), MODEL, found())


@pytest.mark.parametrize(
    ("claims", "there", "words"),
    [
        ({}, {"registered": ""}, "its run registered nothing"),
        ({"arn": "arn:by:hand"}, {}, f"its run registered {ARN}, not arn:by:hand"),
        ({}, {"artifact": None}, "the artifact is gone: s3://work/runs/churn/e/"),
        ({}, {"artifact": artifact(digest="b" * 64)}, "it was swapped after the gates"),
        ({"artifact": "b" * 64}, {}, "it was swapped after the gates"),
        (
            {},
            {"artifact": Artifact(size=LARGEST + 1)},
            f"the artifact has {LARGEST + 1} bytes, S3 copies at most 5368709120 in one call",
        ),
        ({}, {"evidence": None}, f"there is no evidence of run {RUN}"),
        ({}, {"evidence": b"{}"}, "it was changed after the gates"),
        ({}, {"baseline": None}, "the baseline is gone now, the gates measured"),
        ({}, {"baseline": BASELINE + b" "}, "the baseline is"),
        ({}, {"run_definition": '{"Steps": [1]}'}, "another pipeline definition"),
        ({"run": "arn:other"}, {}, "the evidence is of another run"),
        ({"containers": [{**CONTAINER, "Image": "evil:1"}]}, {}, "image or environment is not"),
        ({"containers": [{**CONTAINER, "Environment": {}}]}, {}, "image or environment is not"),
        ({"containers": [CONTAINER, CONTAINER]}, {}, "image or environment is not"),
        ({}, {"champion": "none"}, "today's is none; start a new run"),
        ({}, {"champion": "c" * 64}, "today's is cccccccccccc; start a new run"),
    ],
)
def test_what_is_something_else_is_refused_with_the_reason(claims, there, words):
    with pytest.raises(Refused) as caught:
        evidence.check(registered(**claims), MODEL, found(**there))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (measured(quality={**GOOD["quality"], "value": 0.6}), "judged again, floor FAIL"),
        (measured(fairness={}), "judged again, fairness INCONCLUSIVE"),
        (
            measured(artifact={"gated": "b" * 64, "evaluated": "b" * 64}),
            "the gates judged another artifact",
        ),
        (measured(baseline=GOOD["baseline"]), "the gates measured None"),
    ],
)
def test_the_evidence_is_judged_again(content, words):
    with pytest.raises(Refused) as caught:
        evidence.check(registered(content), MODEL, found(content))
    assert words in str(caught.value)
