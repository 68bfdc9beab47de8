"""Does a change of a threshold that lets more pass say so, whatever the evidence?"""

import copy
import dataclasses

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from factory.catalogue.change import changes
from factory.catalogue.classes import FieldClass, leaves, replaced, value_at
from factory.catalogue.spec import (
    Coverage,
    Decisions,
    Fairness,
    Floor,
    Gates,
    NoLeakage,
    NotWorse,
)
from factory.gates import PASS, judge
from tests.factory.gates.test_gates import GOOD, MODEL

CONFIDENCE = st.sampled_from((0.6, 0.8, 0.95, 0.99, 0.9999))
ROWS = st.sampled_from((1, 100, 500, 2000))
SHARE = st.sampled_from((0.7, 0.75, 0.8, 0.85, 0.9))
GAIN = st.sampled_from((0.02, 0.05, 0.1, 0.3))
MARGIN = st.sampled_from((0.0, 0.001, 0.005, 0.05))
GATES = st.builds(
    Gates,
    floor=st.builds(
        Floor,
        at_least=SHARE,
        confidence=CONFIDENCE,
        too_good=st.sampled_from((0.94, 0.955, 0.99)),
    ),
    champion=st.builds(NotWorse, margin=MARGIN, confidence=CONFIDENCE),
    leakage=st.builds(
        NoLeakage,
        max_column_auc=SHARE,
        max_column_lead=GAIN,
        max_pair_gain=GAIN,
        max_order_auc=SHARE,
        max_near_rows=GAIN,
    ),
    decisions=st.builds(
        Decisions,
        at_least=SHARE,
        saving=GAIN,
        confidence=CONFIDENCE,
        false_negative=st.sampled_from((0.0, 1.0, 20.0)),
        false_positive=st.sampled_from((0.0, 1.0)),
    ),
    coverage=st.builds(Coverage, keeps=SHARE),
    fairness=st.builds(
        Fairness,
        attributes=st.sampled_from((("sex",), ("sex", "age"))),
        at_least=SHARE,
        confidence=CONFIDENCE,
        min_rows=ROWS,
        joint_rows=ROWS,
    ),
)


SMALL = {"X": {"rows": 300, "selected": 20}, "Y": {"rows": 300, "selected": 130}}
"""Unfair one by one, and fair as a pool."""
FIELDS = [leaf.path for leaf in leaves(Gates, "gates.", FieldClass.JUDGED)]


def measured(auc, positives, difference, column, women, men, *, small=False, pair=0.0, old=0.5):
    """Return evidence in which *old* is the share of the old, who are half of all, in yes."""
    evidence = copy.deepcopy(GOOD)
    evidence["quality"]["metrics"]["auc"] |= {"value": auc, "smaller": positives}
    evidence["naive"]["difference"] |= {"value": auc - 0.5, "smaller": positives}
    evidence["champion"]["difference"]["value"] = difference
    evidence["champion"]["champion"] = 0.85 - difference
    sexes = {"F": {"rows": 2400, "selected": women}, "M": {"rows": 2600, "selected": men}}
    sexes |= SMALL if small else {}
    evidence["fairness"]["rates"]["selected"] = groups(sexes, old)
    evidence["decisions"]["classes"]["yes"]["right"] = 2 * women - 200
    evidence["coverage"]["protected"]["sex"]["F"]["rows"] = 3 * women
    evidence["coverage"]["protected"]["age"] = {"any": {"of_product": 1, "rows": 1}}
    known = evidence["leakage"]
    known["columns"]["age"] = known["order"]["auc"] = column
    known["pairs"]["auc"] = column + pair
    for name in ("all_but_one", "half"):
        known["near"][name]["test"] = known["near"][name]["train"] + int(3000 * pair)
    known["near"]["nearest"]["excess"] = 2 * pair
    return evidence


def groups(sexes, old):
    joint = []
    for sex, counts in sexes.items():
        rows, selected = counts["rows"] // 2, int(counts["selected"] * old)
        joint.append({"levels": [sex, "old"], "rows": rows, "selected": selected})
        rest = {"rows": counts["rows"] - rows, "selected": counts["selected"] - selected}
        joint.append({"levels": [sex, "young"], **rest})
    ages = {
        age: {n: sum(g[n] for g in joint if g["levels"][1] == age) for n in ("rows", "selected")}
        for age in ("old", "young")
    }
    return {"attributes": {"sex": sexes, "age": ages}, "joint": joint}


EVIDENCE = st.builds(
    measured,
    auc=st.sampled_from((0.74, 0.805, 0.81, 0.86, 0.95)),
    positives=st.sampled_from((50, 400, 1200)),
    difference=st.sampled_from((-0.04, -0.004, 0.0, 0.004)),
    column=SHARE,
    women=st.integers(400, 700),
    men=st.integers(400, 700),
    small=st.booleans(),
    pair=st.sampled_from((0.0, 0.08, 0.12)),
    old=st.sampled_from((0.1, 0.5)),
)
RARELY = measured(auc=0.86, positives=1200, difference=0.0, column=0.6, women=600, men=468)
"""Men, who are the largest group, are selected 0.72 times as often as women."""


def fair(**rule):
    rule = Fairness(attributes=("sex",), **rule)
    return dataclasses.replace(MODEL.gates, fairness=rule)


@pytest.mark.parametrize("field", FIELDS)
@example(RARELY, fair(confidence=0.95), fair(confidence=0.9999))
@given(EVIDENCE, GATES, GATES)
@settings(max_examples=100, deadline=None)
def test_what_passes_by_the_new_threshold_alone_was_let_through_by_a_change_that_says_so(
    field, evidence, old, other
):
    before = dataclasses.replace(MODEL, gates=old)
    evidence["decisions"]["order"]["by"] = list(before.task.threshold_columns(before))
    new = value_at(dataclasses.replace(MODEL, gates=other), field)
    after = replaced(before, {field: new})
    verdicts = zip(judge(evidence, before), judge(evidence, after), strict=True)
    if any(now.verdict == PASS != was.verdict for was, now in verdicts):
        (change,) = changes(before, after)
        assert change.loosens
