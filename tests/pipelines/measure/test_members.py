"""Is each series compared with its own last season, and answered by it where that is no worse?"""

import json

import numpy as np
import pyarrow as pa
import pytest
from threadpoolctl import threadpool_limits

from factory.tasks.task import ACTUAL
from pipelines.measure import members
from pipelines.measure.measure import Member
from tests.pipelines.measure import rolled

KEYS = [("a",), ("b",), ("c",)]
ORIGINS = np.tile([f"o{n:02}" for n in range(12)], 3)
WHO = np.repeat([0, 1, 2], 12)


def test_each_member_is_compared_by_its_own_origins():
    loss = np.repeat([1.0, 2.0, 3.0], 12)
    other = np.repeat([2.0, 2.0, 2.5], 12)
    found = members.compared(KEYS, WHO, ORIGINS, loss, other)
    assert [each.levels for each in found] == KEYS
    assert [each.gain["value"] for each in found] == [1.0, 0.0, -0.5]
    assert [each.gain["better"] for each in found] == [12, 0, 0]
    assert [each.gain["units"] for each in found] == [12] * 3


def test_a_member_of_fewer_than_twelve_origins_lacks_data():
    loss, other = np.ones(36), np.full(36, 2.0)
    loss[0], other[35] = np.nan, np.inf
    found = members.compared([*KEYS, ("d",)], WHO, ORIGINS, loss, other)
    assert [each.gain is None for each in found] == [True, False, True, True]


def test_a_member_without_an_answer_is_known_by_it():
    found = [Member(key, {"value": 1.0}) for key in KEYS]
    missing = np.zeros(36, bool)
    missing[12:14] = True
    assert members.unanswered(found, WHO, missing) == [
        found[0],
        Member(("b",), None, 2),
        found[2],
    ]


@pytest.fixture(scope="module")
def table():
    return rolled.sold()


@pytest.fixture(scope="module", params=["", "naive"])
def forecast(request, table):
    """Return spec, metadata, answers, measure and rows of a forecast with this fallback."""
    spec = rolled.model(request.param)
    with threadpool_limits(1):
        made, taught, asked = rolled.learned(spec, table)
        answers = rolled.answered(spec, made, asked)
    return (
        spec,
        json.loads(json.dumps(made.metadata)),
        answers,
        *rolled.measured(spec, taught, asked),
    )


def test_series_that_repeat_last_week_best_are_answered_by_it_where_the_spec_says_so(forecast):
    spec, metadata, answers, measure, truth = forecast
    naive = measure.naive(truth)
    found = {each.levels[0]: each.gain for each in measure.members(truth, answers, naive)}
    alike = {name for name, gain in found.items() if gain["better"] == gain["worse"] == 0}
    walking = {name for name in found if name.startswith("walking")}
    assert alike == (walking if spec.task.falls_back else set())
    assert all(gain["value"] > 0 for name, gain in found.items() if name not in walking)
    if spec.task.falls_back:
        assert {levels for (levels,) in metadata["settings"]["fallback"]["series"]} == walking
    else:
        assert "fallback" not in metadata["settings"]


def test_intervals_hold_what_they_promise_whoever_answers(forecast):
    spec, _, answers, measure, truth = forecast
    _, promised = measure.inside(truth, answers)
    inside = measure.held(truth, answers)[measure.judged(truth)]
    assert inside.mean() == pytest.approx(promised, abs=0.05)
    walking = np.array([name.startswith("walking") for name in truth.texts("store")])
    if spec.task.falls_back:  # by errors of their own
        assert promised - 0.05 <= inside[walking[measure.judged(truth)]].mean() < 0.99
    judged = {name: found[measure.judged(truth)] for name, found in answers.items()}
    assert measure.odd(truth, judged) == {"an interval that does not hold its value": 0}


def test_a_series_that_is_in_one_split_only_lacks_data(table, forecast):
    _, _, answers, measure, truth = forecast
    names = np.array(["new" if n == "noisy0" else n for n in truth.texts("store")], object)
    place = truth.table.column_names.index("store")
    other = type(truth)(truth.table.set_column(place, "store", pa.array(names)))
    found = measure.members(other, answers, measure.naive(other))
    assert [each.levels[0] for each in found if each.gain is None] == ["noisy0", "new"]


def test_a_series_with_a_forecast_that_is_no_number_is_named(forecast):
    _, _, answers, measure, truth = forecast
    value = answers["value"].copy()
    place = np.flatnonzero(~np.isnan(truth.numbers(ACTUAL)))[0]
    value[place] = np.inf
    found = measure.members(truth, {"value": value}, measure.naive(truth))
    assert [(each.levels, each.unanswered) for each in found if each.unanswered] == [
        ((truth.texts("store")[place],), 1)
    ]
