"""Is anything served that is not what was judged, registered and approved?"""

import copy
import dataclasses
import hashlib
import json

import pytest

from factory.catalogue.document import digest, judged_text
from factory.errors import Refused
from factory.promotion import evidence
from factory.promotion.found import LARGEST, Artifact, Found
from tests.factory.gates.test_gates import AUC, GOOD, MODEL
from tests.factory.promotion.boundruns import record, registration
from tests.factory.promotion.test_approval import ARTIFACT, PACKAGE, RUN
from tests.factory.promotion.test_origin import DEFINITION, RECORDED
from tests.factory.training import test_bound as runs

COLUMNS = {"age": {"kind": "number"}, "sex": {"kind": "category"}}
BASELINE = json.dumps(
    {"features": ["age", "sex"], "baseline": {"version": 1, "columns": COLUMNS}}
).encode()
REPLAY = b'{"rows": []}'
JUDGED = digest(judged_text(MODEL))
MEASURED = copy.deepcopy(GOOD) | {
    "execution": RUN,
    "lineage": {**GOOD["lineage"], "spec": JUDGED, "request": runs.ASKED.digest},
    "baseline": {**GOOD["baseline"], "digest": hashlib.sha256(BASELINE).hexdigest()},
    "replay": {"rows": 0, "digest": hashlib.sha256(REPLAY).hexdigest()},
}


def measured(**changes):
    return copy.deepcopy(MEASURED) | changes


def registered(content=MEASURED, **changes):
    named = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return dataclasses.replace(PACKAGE, **{"evidence": named, **changes})


def artifact(**changes):
    staged = "s3://work/promotions/churn/2/v/model.tar.gz"
    known = Artifact(size=1000, digest=ARTIFACT, staged=staged, version="w")
    return dataclasses.replace(known, **changes)


BOUND = record(DEFINITION)


def found(content=MEASURED, **changes):
    fields = {
        "artifact": artifact(),
        "evidence": json.dumps(content).encode(),
        "baseline": BASELINE,
        "replay": REPLAY,
        "registration": registration(DEFINITION),
        "bound": BOUND,
        "became": RUN,
        "definition": RECORDED,
        "judged": None,
        "champion": ARTIFACT,
    }
    return Found(**{**fields, **changes})


def test_what_is_there_is_what_was_judged_registered_and_approved():
    evidence.check(registered(), MODEL, JUDGED, found())


@pytest.mark.parametrize(
    ("claims", "there", "words"),
    [
        ({}, {"registration": None}, "its run registered nothing"),
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
        ({}, {"replay": None}, "the judged rows to ask again are gone now, the gates drew"),
        ({}, {"replay": REPLAY + b" "}, "they were changed, or are too old"),
        ({"run": "arn:other"}, {}, "is of another run"),
        ({}, {"champion": "none"}, "today's is none; start a new run"),
        ({}, {"champion": "c" * 64}, "today's is cccccccccccc; start a new run"),
    ],
)
def test_what_is_something_else_is_refused_with_the_reason(claims, there, words):
    with pytest.raises(Refused) as caught:
        evidence.check(registered(**claims), MODEL, JUDGED, found(**there))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (measured(quality={"metrics": {"auc": {**AUC, "value": 0.6}}}), "judged again, floor FAIL"),
        (measured(fairness={}), "judged again, fairness INCONCLUSIVE"),
        (
            measured(artifact={"gated": "b" * 64, "evaluated": "b" * 64}),
            "the gates judged another artifact",
        ),
        (
            measured(baseline={**GOOD["baseline"], "digest": ""}),
            "judged again, baseline INCONCLUSIVE",
        ),
    ],
)
def test_the_evidence_is_judged_again(content, words):
    with pytest.raises(Refused) as caught:
        evidence.check(registered(content), MODEL, JUDGED, found(content))
    assert words in str(caught.value)


def with_gate(at_least):
    floor = dataclasses.replace(MODEL.gates.floor, at_least=at_least)
    return dataclasses.replace(MODEL, gates=dataclasses.replace(MODEL.gates, floor=floor))


def refused(model, **there):
    with pytest.raises(Refused) as caught:
        evidence.check(registered(), model, digest(judged_text(model)), found(**there))
    return str(caught.value)


def test_a_gate_that_was_changed_since_the_run_is_named():
    assert refused(with_gate(0.82), judged=MODEL) == (
        "the spec has changed since its run: gates.floor.at_least: 0.8 is now 0.82; start a new run"
    )


def test_a_spec_of_which_nothing_is_stored_is_not_what_is_in_force():
    assert refused(with_gate(0.82)).startswith(
        f"the spec has changed since its run: {JUDGED[:12]} is not stored"
    )


def test_a_gate_that_was_loosened_since_lets_nothing_through_either():
    words = refused(with_gate(0.1), judged=MODEL)
    assert "gates.floor.at_least: 0.8 is now 0.1 (loosened)" in words


def test_evidence_that_names_no_spec_was_judged_by_none_that_is_known():
    content = measured(lineage={**MEASURED["lineage"], "spec": GOOD["lineage"]["spec"]})
    with pytest.raises(Refused, match="the spec has changed since its run"):
        evidence.check(registered(content), MODEL, JUDGED, found(content))


@pytest.mark.parametrize(
    "change", [{"owner": "somebody else"}, {"builders": ("ada", "alan")}, {"runs_per_day": 1}]
)
def test_what_no_run_depends_on_may_have_changed(change):
    model = dataclasses.replace(MODEL, **change)
    evidence.check(registered(), model, digest(judged_text(model)), found())


@pytest.mark.parametrize("body", [None, b"", b"[]", b"{", b'{"lineage": 1}', b'{"lineage": {}}'])
def test_what_is_not_evidence_names_no_spec(body):
    assert evidence.spec_of(body) == ""
