from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from factory.catalogue.judged import Decisions
from factory.tasks.binary import Binary
from pipelines.measure import measure
from pipelines.measure.measure import Held
from pipelines.steps.rows import Rows
from tests.pipelines.cases import INCOME

TASK = Binary(label="y", positive="yes")


@pytest.mark.parametrize(
    ("values", "positive"),
    [(["<=50K", ">50K"], ">50K"), ([0, 1], "1"), ([False, True], "true"), ([0.5, 1.0], "1")],
)
def test_labels_of_any_type_become_zero_and_one(values, positive):
    rows = Rows(pa.table({"y": values}))
    found = measure.load(Binary(label="y", positive=positive))
    assert found.target(rows).tolist() == [0, 1]
    assert found.target(rows).dtype.kind == "i"


def settled(decisions):
    """Return the thresholds for rows of which a tenth are yes, each scored rightly or nearly so."""
    dice = np.random.default_rng(6)
    yes = (dice.random(2000) < 0.1).astype(int)
    rows = Rows(pa.table({"y": np.where(yes, "yes", "no")}))
    model = replace(INCOME, task=TASK, gates=replace(INCOME.gates, decisions=decisions))
    raw = yes + dice.normal(scale=0.7, size=2000)
    return measure.load(TASK).settle(Held(raw, rows, model))["thresholds"], yes, raw


def test_as_many_are_selected_as_are_positive():
    found, yes, raw = settled(Decisions())
    assert (raw >= found["default"]).sum() == pytest.approx(yes.sum(), abs=1)


def test_where_both_errors_have_costs_what_is_decided_costs_least():
    found, yes, raw = settled(Decisions(false_negative=20.0, false_positive=1.0))
    selected = raw >= found["default"]
    assert selected.sum() > 2 * yes.sum()
    limits = {limit: 20 * yes[raw < limit].sum() + (1 - yes[raw >= limit]).sum() for limit in raw}
    cost = 20 * yes[~selected].sum() + (1 - yes[selected]).sum()
    assert cost == min(limits.values())


def test_the_average_precision_is_a_metric_that_a_floor_may_be_set_on():
    yes = np.array([1, 0, 1, 0, 0, 1, 0, 0])
    rows = Rows(pa.table({"y": np.where(yes, "yes", "no")}))
    answers = {"score": np.linspace(0.9, 0.1, 8)}
    found = measure.load(TASK).estimate("average_precision", rows, answers)
    assert found["value"] == pytest.approx((1 / 1 + 2 / 3 + 3 / 6) / 3)
    assert (found["units"], found["smaller"]) == (8, 3)
