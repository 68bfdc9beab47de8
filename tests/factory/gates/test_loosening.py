"""Does a change of a threshold that lets more pass say so, whatever the evidence?"""

import copy
import dataclasses

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factory.catalogue.change import changes
from factory.catalogue.classes import FieldClass, leaves, replaced, value_at
from factory.catalogue.spec import Fairness, Floor, Gates, NoLeakage, NotWorse
from factory.gates import PASS, judge
from tests.factory.gates.test_gates import GOOD, MODEL

CONFIDENCE = st.sampled_from((0.6, 0.8, 0.95, 0.99, 0.9999))
ROWS = st.sampled_from((1, 100, 500, 2000))
SHARE = st.sampled_from((0.7, 0.75, 0.8, 0.85, 0.9))
MARGIN = st.sampled_from((0.0, 0.001, 0.005, 0.05))
GATES = st.builds(
    Gates,
    floor=st.builds(Floor, at_least=SHARE, confidence=CONFIDENCE, min_rows=ROWS),
    champion=st.builds(NotWorse, margin=MARGIN, confidence=CONFIDENCE),
    leakage=st.builds(NoLeakage, max_column_auc=SHARE),
    fairness=st.builds(
        Fairness,
        attributes=st.sampled_from((("sex",), ("sex", "age"))),
        at_least=SHARE,
        confidence=CONFIDENCE,
        min_rows=ROWS,
    ),
)


SMALL = {"X": {"rows": 300, "selected": 20}, "Y": {"rows": 300, "selected": 130}}
"""Unfair one by one, and fair as a pool."""
FIELDS = [leaf.path for leaf in leaves(Gates, "gates.", FieldClass.JUDGED)]


def measured(auc, positives, difference, column, women, men, *, small=False, age=600):
    evidence = copy.deepcopy(GOOD)
    evidence["quality"] |= {"value": auc, "positives": positives}
    evidence["champion"] |= {"difference": difference, "champion": 0.85 - difference}
    evidence["leakage"]["columns"]["age"] = column
    groups = {"F": {"rows": 2400, "selected": women}, "M": {"rows": 2600, "selected": men}}
    old = {"young": {"rows": 2600, "selected": 600}, "old": {"rows": 2400, "selected": age}}
    evidence["fairness"]["attributes"] = {"sex": groups | (SMALL if small else {}), "age": old}
    return evidence


EVIDENCE = st.builds(
    measured,
    auc=st.sampled_from((0.74, 0.805, 0.81, 0.86, 0.95)),
    positives=st.sampled_from((50, 400, 1200)),
    difference=st.sampled_from((-0.04, -0.004, 0.0, 0.004)),
    column=SHARE,
    women=st.integers(400, 700),
    men=st.integers(400, 700),
    small=st.booleans(),
    age=st.sampled_from((100, 600)),
)
RARELY = measured(auc=0.86, positives=1200, difference=0.0, column=0.6, women=600, men=468)
"""Men, who are the largest group, are selected 0.72 times as often as women."""


def fair(**rule):
    rule = Fairness(attributes=("sex",), **rule)
    return dataclasses.replace(MODEL.gates, fairness=rule)


@pytest.mark.parametrize("field", FIELDS)
@example(RARELY, fair(confidence=0.95), fair(confidence=0.9999))
@given(EVIDENCE, GATES, GATES)
@settings(max_examples=300, deadline=None)
def test_what_passes_by_the_new_threshold_alone_was_let_through_by_a_change_that_says_so(
    field, evidence, old, other
):
    before = dataclasses.replace(MODEL, gates=old)
    new = value_at(dataclasses.replace(MODEL, gates=other), field)
    after = replaced(before, {field: new})
    verdicts = zip(judge(evidence, before), judge(evidence, after), strict=True)
    if any(now.verdict == PASS != was.verdict for was, now in verdicts):
        (change,) = changes(before, after)
        assert change.loosens
