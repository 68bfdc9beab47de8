"""Is the naive forecast the last season, and its error in training the scale of all others?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.measure import mase
from tests.pipelines.measure.series import judged, rows, table


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
