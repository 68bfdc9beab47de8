"""Are a forecast's losses those of the definition, by origin, member and step?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.errors import Refused
from pipelines.measure import mase, origins, panel
from tests.pipelines.measure.series import layout, rows, table


def judged(columns, horizon=3, step="day"):
    found = panel.read(columns, layout(step, horizon))
    return found, origins.entries(found, np.unique(found.numbers))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 99), gaps=st.sampled_from([0.0, 0.1]), horizon=st.integers(1, 20))
def test_the_naive_repeats_the_last_season_that_has_a_value(seed, gaps, horizon):
    found, origin = judged(table(count=70, seed=seed, gaps=gaps), horizon)
    given_naive = mase.seasonal_naive(found, origin)
    row = seed * 7 % len(origin)
    past = found.value[found.bounds[found.series[origin[row]]] : origin[row] + 1].tolist()
    known = [value for value in past if not np.isnan(value)]
    for ahead in range(1, horizon + 1):
        same = past[len(past) - 1 + ahead - 7 * -(-ahead // 7) :: -7]
        same = [value for value in same if not np.isnan(value)]
        assert given_naive[row, ahead - 1] == (same or known[::-1])[0]


def test_the_naive_of_a_month_looks_back_a_year():
    found, origin = judged(table(stores=1, count=30, step="month"), 12, "month")
    assert mase.seasonal_naive(found, origin[:1])[0].tolist() == found.value[:12].tolist()


def test_scales_are_the_naives_errors_of_the_training_part_alone():
    columns = table(stores=3, count=50, gaps=0.1)
    found, _ = judged(columns)
    until = int(found.numbers[29])
    expected = []
    for series in range(3):
        value = found.value[found.bounds[series] :][:30]
        expected.append(np.nanmean([abs(value[t] - value[t - 7]) for t in range(7, 30)]))
    assert mase.scales(found, until) == pytest.approx(expected)
    columns["sales"][found.row[found.numbers > until]] = 1e9
    assert mase.scales(judged(columns)[0], until) == pytest.approx(expected)


def test_a_series_that_repeats_itself_has_no_scale():
    columns = table(stores=2, count=30)
    columns["sales"][:30] = np.tile(np.arange(7) * 0.1 + 1e6, 5)[:30]
    scale = mase.scales(judged(columns)[0], until=10**9)
    assert np.isnan(scale).tolist() == [True, False]


def test_a_series_shorter_than_a_season_has_no_scale():
    found, _ = judged(rows(table(stores=1, count=30), np.arange(6)))
    assert np.isnan(mase.scales(found, until=10**9)).tolist() == [True]


def test_the_naives_own_mase_in_the_training_part_is_one():
    found, origin = judged(table(stores=1, count=90), horizon=1)
    loss = mase.losses(
        mase.steps_after(found, origin, found.value),
        mase.seasonal_naive(found, origin),
        mase.scales(found, until=10**9)[found.series[origin]],
    )
    assert mase.mase(loss) == pytest.approx(1)


def test_values_past_the_end_of_a_series_are_not_the_next_ones():
    found, origin = judged(table(stores=2, count=20))
    after = mase.steps_after(found, origin, found.value)
    last = np.flatnonzero(origin == 18)
    assert np.isnan(after[last]).tolist() == [[False, True, True]]


def test_a_forecast_that_is_no_number_is_refused():
    with pytest.raises(Refused, match="1 of 4 forecasts are not finite numbers; let the recipe's"):
        mase.finite(np.array([1, np.nan, 2, 3]))


LOSS = np.array([[1, 3, np.nan], [5, 5, 5], [2, 2, 2], [np.nan] * 3, [9, 9, np.nan]])
MOMENT = np.array([10, 13, 10, 13, 16])
SERIES = np.array([0, 0, 1, 1, 2])


def test_losses_by_origin_are_means_over_steps_and_series():
    assert mase.by_origin(LOSS, MOMENT).tolist() == [(1 + 3 + 2 * 3) / 5, 5, 9]


def test_a_moment_without_losses_is_left_out():
    assert mase.by_origin(LOSS, np.array([10, 13, 10, 19, 16])).tolist() == [2, 5, 9]


def test_losses_are_compared_where_both_forecasts_have_one():
    other = np.where(MOMENT[:, None] == 10, np.nan, 1.0) + np.zeros((5, 3))
    one, two = mase.paired(LOSS, other)
    assert np.isnan(one).tolist() == np.isnan(two).tolist()
    assert [own.tolist() for own in mase.by_member(one, SERIES, 3)] == [[5], [], [9]]
    assert [own.tolist() for own in mase.by_member(two, SERIES, 3)] == [[1], [], [1]]


def test_losses_by_member_lack_the_origins_that_have_none():
    found = mase.by_member(LOSS, SERIES, members=4)
    assert [own.tolist() for own in found] == [[2, 5], [2], [9], []]


def test_the_table_by_step_has_a_mean_for_each():
    found = mase.by_step(loss=LOSS, covered=np.where(np.isnan(LOSS), np.nan, LOSS < 4))
    assert found[0] == {"step": 1, "loss": 17 / 4, "covered": 0.5}
    assert found[2] == {"step": 3, "loss": 3.5, "covered": 0.5}
    assert mase.by_step(loss=np.full((2, 1), np.nan)) == [{"step": 1, "loss": None}]
