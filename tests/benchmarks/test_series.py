"""Is the limit that is stated for the series what the best forecast reaches, and no better?"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import _series

HORIZON = 28


@pytest.fixture(scope="module")
def series():
    return _series.made()


def best_forecast(series, known):
    """Return the next days after *known* by Kalman's filter, told all that made the series."""
    days = series.values.shape[1]
    season = series.season[:, np.arange(days) % 7]
    seen = series.values - season
    predicted = _series.settled(series.wander, series.noise) + series.wander**2
    gain = predicted / (predicted + series.noise**2)
    level = seen[:, 0].copy()
    for day in range(1, known):
        level += series.trend
        level += gain * (seen[:, day] - level)
    ahead = series.trend[:, None] * np.arange(1, HORIZON + 1)
    return level[:, None] + ahead + season[:, known : known + HORIZON]


def mase(series, known, forecast):
    values = series.values
    scale = abs(values[:, 7:known] - values[:, : known - 7]).mean(axis=1)
    errors = abs(values[:, known : known + HORIZON] - forecast).mean(axis=1) / scale
    return errors.mean(), errors.std() / np.sqrt(len(errors))


@pytest.mark.parametrize("known", [336, 392, 420])
def test_the_best_forecast_reaches_the_limit(series, known):
    found, error = mase(series, known, best_forecast(series, known))
    assert found == pytest.approx(series.limit(HORIZON), abs=4 * error)
    assert error < 0.005


def test_last_week_is_far_from_the_limit(series):
    naive, _ = mase(series, 420, np.tile(series.values[:, 413:420], 4))
    assert naive > 1.3 * series.limit(HORIZON)


def test_a_longer_forecast_is_limited_more(series):
    limits = [series.limit(horizon) for horizon in (1, 7, 28)]
    assert limits == sorted(limits)
    assert limits[0] < limits[-1]


def test_a_thousand_series_are_one_table_of_days_and_the_same_every_time(series):
    table = series.table()
    assert (table.num_rows, table.column_names) == (448_000, ["series", "at", "value"])
    assert [str(t) for t in table.schema.types] == ["string", "date32[day]", "double"]
    assert np.array_equal(_series.made().values, series.values)
    first = table.slice(0, 448)
    assert set(first["series"].to_pylist()) == {"s0000"}
    assert len(set(first["at"].to_pylist())) == 448
