"""Is a difference called one when it is there, and not when chance made it?"""

import math
import random

import numpy as np
import pytest

from factory import drift
from factory.drift import bins, index
from tests.factory.drift.conftest import baseline, category, counted, learned

LIMIT = 0.25
LEVELS = {f"level {n}": round(20_000 / (n + 1) / 3.6) for n in range(20)}


def drawn(dice, column, rows, windows):
    """Draw the counts of windows without drift, from what training counted."""
    shares = np.array(column.learned) / sum(column.learned)
    return dice.multinomial(rows, shares, size=windows).tolist()


def test_equal_shares_have_no_index_and_the_bound_is_below_it():
    found = index.compare([100, 200, 300], [10, 20, 30])
    assert found.psi == 0
    assert found.lower_bound < 0


def test_the_index_is_the_sum_that_the_textbook_says():
    found = index.compare([500, 300, 200], [400, 300, 300])
    assert found.psi == pytest.approx(-0.1 * math.log(0.8) + 0.1 * math.log(1.5))
    assert found.lower_bound < found.psi


def test_the_bound_follows_the_formula():
    p, q, n, m = [0.5, 0.3, 0.2], [0.4, 0.3, 0.3], 1000, 2000
    found = index.compare([500, 300, 200], [800, 600, 600])

    def variance(of, against):
        pulls = [math.log(a / b) + 1 - b / a for a, b in zip(of, against, strict=True)]
        mean = sum(w * x for w, x in zip(of, pulls, strict=True))
        return sum(w * x * x for w, x in zip(of, pulls, strict=True)) - mean**2

    spread = 1 / n + 1 / m
    total = variance(q, p) / m + variance(p, q) / n + 2 * 2 * spread**2
    expected = found.psi - 2 * spread - 3.09 * math.sqrt(total)
    assert found.lower_bound == pytest.approx(expected)


def test_an_empty_side_cannot_be_compared():
    with pytest.raises(ValueError, match="0 rows before and 5 now"):
        index.compare([0, 0], [2, 3])


def test_the_bound_nears_the_index_as_rows_are_added():
    bounds = [
        index.compare([500, 300, 200], [4 * n, 3 * n, 3 * n]).lower_bound for n in (10, 100, 9999)
    ]
    assert bounds == sorted(bounds)


@pytest.mark.parametrize("rows", [100, 300, 500, 1000, 5000, 100_000])
def test_traffic_like_training_is_never_called_drift(ages, rows):
    dice = np.random.default_rng(rows)
    known = baseline(age=learned(ages), work=category(LEVELS, nulls=500))
    alarms = sum(
        column.drifted
        for age, work in zip(
            drawn(dice, known.columns["age"], rows, 1000),
            drawn(dice, known.columns["work"], rows, 1000),
            strict=True,
        )
        for column in drift.judge(known, {"age": age, "work": work}, LIMIT).values()
    )
    assert alarms == 0


@pytest.mark.parametrize("rows", [500, 2000])
def test_a_shift_that_training_hardly_knows_is_nearly_always_called_drift(ages, rows):
    """Ten years on a spread of twelve: a PSI of 0.7."""
    dice, known = random.Random(rows), baseline(age=learned(ages))
    bins_of = known.columns["age"]
    found = 0
    for _ in range(200):
        now = counted(bins_of, (dice.choice(ages) + 10 for _ in range(rows)))
        found += drift.judge(known, {"age": now}, LIMIT)["age"].drifted
    assert found >= 199


def test_a_small_shift_that_is_sure_is_still_not_drift(ages):
    known = baseline(age=learned(ages))
    now = counted(known.columns["age"], (age + 2 for age in ages))
    found = drift.judge(known, {"age": now}, LIMIT)["age"]
    assert 0 < found.lower_bound < found.psi < LIMIT
    assert not found.drifted


@pytest.mark.parametrize("outlier", [1e6, -1e300, 1e308])
def test_one_outlier_neither_makes_drift_nor_hides_it(ages, outlier):
    known = baseline(age=learned(ages))
    column = known.columns["age"]

    def psi(values):
        return drift.judge(known, {"age": counted(column, values)}, LIMIT)["age"].psi

    same, shifted = ages[:1000], [age + 8 for age in ages[:1000]]
    assert psi([*same, outlier]) < 0.05
    assert psi([*shifted, outlier]) > 0.99 * psi(shifted) > LIMIT


def test_a_column_that_is_empty_in_the_window_has_drifted(ages):
    known = baseline(age=learned(ages))
    found = drift.judge(known, {"age": counted(known.columns["age"], [None] * 500)}, LIMIT)["age"]
    assert found.drifted


def test_the_bins_are_coarser_the_fewer_the_rows(ages):
    column = bins.of_column(learned(ages))
    sizes = {rows: len(column.groups(max(8, rows // 30))) for rows in (100, 300, 480, 960, 9999)}
    assert sizes == {100: 8, 300: 10, 480: 16, 960: 32, 9999: 32}
