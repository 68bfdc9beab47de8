import math

import numpy as np
import pytest
from scipy import stats

from factory.gates import student

FREEDOM = [1, 2, 3, 5, 11, 30, 99, 1234, 10**6, 10**9]
CONFIDENCE = [0.5, 0.8, 0.95, 0.975, 0.99988, 1 - 1e-6]


@pytest.mark.parametrize("freedom", FREEDOM)
@pytest.mark.parametrize("confidence", CONFIDENCE)
def test_the_quantile_is_the_one_of_scipy(confidence, freedom):
    expected = stats.t.ppf(confidence, freedom)
    assert student.quantile(confidence, freedom) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("freedom", FREEDOM)
@pytest.mark.parametrize("t", [-3.0, -0.1, 0.0, 0.5, 1.96, 6.0, 40.0])
def test_the_tail_is_the_one_of_scipy(t, freedom):
    expected = stats.t.sf(t, freedom)
    assert student.tail(t, freedom) == pytest.approx(expected, rel=1e-5, abs=1e-300)


def test_a_quantile_below_the_median_is_that_above_with_the_other_sign():
    assert student.quantile(0.05, 4) == pytest.approx(-student.quantile(0.95, 4), rel=1e-12)


def test_a_mean_infinitely_far_out_has_no_chance():
    assert student.tail(math.inf, 3) == 0


@pytest.mark.parametrize("rows", [3, 12, 40])
def test_the_bound_of_normal_losses_covers_as_often_as_it_says(rows):
    times, confidence = 4000, 0.95
    drawn = np.random.default_rng(rows).normal(2, 3, (times, rows))
    error = drawn.std(axis=1, ddof=1) / math.sqrt(rows)
    covered = drawn.mean(axis=1) - student.quantile(confidence, rows - 1) * error <= 2
    noise = 3 * math.sqrt(confidence * (1 - confidence) / times)
    assert covered.mean() == pytest.approx(confidence, abs=noise)
