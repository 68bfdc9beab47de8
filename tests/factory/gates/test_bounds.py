import math

import numpy as np
import pytest
from scipy import stats

from factory.gates import bounds
from factory.gates.estimates import Estimate, of
from factory.gates.intervals import share_lower_bound, share_upper_bound
from pipelines.measure import estimates

MEAN = Estimate(value=0.2, standard_error=0.1, units=12, interval="mean")
SHARE = Estimate(value=0.8, standard_error=0.04, units=100, interval="share")
FEW = Estimate(value=0.9, standard_error=0.03, units=900, interval="auc", smaller=50)
MANY = Estimate(value=0.9, standard_error=0.01, units=9000, interval="auc", smaller=500)
TWO_AUCS = Estimate(value=0.1, standard_error=0.04, units=900, interval="mean", smaller=7)


def test_the_bounds_of_a_mean_are_students():
    low, high = stats.t.interval(0.9, 11, loc=0.2, scale=0.1)
    assert bounds.lower(MEAN, 0.95) == pytest.approx(low, abs=1e-9)
    assert bounds.upper(MEAN, 0.95) == pytest.approx(high, abs=1e-9)


def test_a_difference_of_two_aucs_has_the_freedom_of_the_smaller_class():
    low, high = stats.t.interval(0.9, 6, loc=0.1, scale=0.04)
    assert bounds.lower(TWO_AUCS, 0.95) == pytest.approx(low, abs=1e-9)
    assert bounds.upper(TWO_AUCS, 0.95) == pytest.approx(high, abs=1e-9)


def test_the_bounds_of_a_share_are_exact():
    assert bounds.lower(SHARE, 0.95) == pytest.approx(share_lower_bound(80, 100, 0.95), abs=1e-9)
    assert bounds.upper(SHARE, 0.95) == pytest.approx(share_upper_bound(80, 100, 0.95), abs=1e-9)


def test_an_auc_of_few_rows_is_a_share_of_its_smaller_class():
    assert bounds.lower(FEW, 0.975) == pytest.approx(stats.beta.ppf(0.025, 45, 6), abs=1e-7)
    assert bounds.upper(FEW, 0.975) == pytest.approx(stats.beta.ppf(0.975, 46, 5), abs=1e-7)


def test_an_auc_of_many_rows_is_normal_on_the_logit():
    logit, z = math.log(0.9 / 0.1), stats.norm.ppf(0.975) * 0.01 / 0.09
    assert bounds.lower(MANY, 0.975) == pytest.approx(1 / (1 + math.exp(z - logit)))
    assert bounds.upper(MANY, 0.975) == pytest.approx(1 / (1 + math.exp(-z - logit)))


@pytest.mark.parametrize("value", [0.5, 1.0])
def test_an_auc_without_an_error_is_not_believed_to_be_exact(value):
    exact = Estimate(value=value, standard_error=0, units=9000, interval="auc", smaller=500)
    assert bounds.lower(exact, 0.95) == share_lower_bound(500 * value, 500, 0.95) < value


@pytest.mark.parametrize("estimate", [MEAN, SHARE, FEW, MANY, TWO_AUCS])
@pytest.mark.parametrize("confidence", [0.9, 0.975, 0.9999])
def test_the_chance_at_the_lower_bound_is_what_the_confidence_leaves(estimate, confidence):
    limit = bounds.lower(estimate, confidence)
    assert bounds.chance(estimate, limit) == pytest.approx(1 - confidence, rel=1e-4)


@pytest.mark.parametrize("estimate", [MEAN, SHARE, FEW, MANY, TWO_AUCS])
def test_a_stricter_confidence_has_wider_bounds(estimate):
    low, lower = (bounds.lower(estimate, c) for c in (0.95, 0.99))
    high, higher = (bounds.upper(estimate, c) for c in (0.95, 0.99))
    assert lower < low < estimate.value < high < higher


@pytest.mark.parametrize("estimate", [FEW, MANY, SHARE])
def test_no_share_is_below_nothing_or_above_all(estimate):
    assert bounds.chance(estimate, 0.0) == 0
    assert bounds.chance(estimate, 1.0) == 1


def test_no_hit_shows_nothing():
    none = Estimate(value=0, standard_error=0, units=9, interval="share")
    assert (bounds.lower(none, 0.95), bounds.chance(none, 0.1)) == (0, 1)


def test_a_mean_without_an_error_is_what_it_is():
    same = Estimate(value=0.1, standard_error=0, units=9, interval="mean")
    assert bounds.lower(same, 0.95) == 0.1
    assert (bounds.chance(same, 0.05), bounds.chance(same, 0.1)) == (0, 1)


@pytest.mark.parametrize(
    ("positives", "negatives", "times"),
    [(3, 60, 400), (10, 200, 400), (50, 500, 300), (220, 400, 250)],
)
def test_the_lower_bound_of_an_auc_covers_whatever_the_number_of_positives(
    positives, negatives, times
):
    truth, confidence = 0.95, 0.975
    shift = math.sqrt(2) * stats.norm.ppf(truth)
    random, label = np.random.default_rng(positives), np.repeat([1, 0], [positives, negatives])
    covered = 0
    for _ in range(times):
        score = random.normal(0, 1, len(label)) + shift * label
        covered += bounds.lower(of(estimates.auc(label, score)), confidence) <= truth
    noise = 3 * math.sqrt(confidence * (1 - confidence) / times)
    assert covered / times >= confidence - noise
