import math

import numpy as np
import pytest
from sklearn import metrics

from pipelines.measure import losses

ROWS = 300


@pytest.fixture
def random():
    return np.random.default_rng(17)


@pytest.fixture
def values(random):
    """Return true values and answers."""
    value = random.normal(10, 4, ROWS)
    return value, value + random.normal(1, 2, ROWS)


def test_absolute_and_squared_losses_average_to_the_known_errors(values):
    assert losses.absolute(*values).mean() == pytest.approx(metrics.mean_absolute_error(*values))
    assert losses.squared(*values).mean() == pytest.approx(metrics.mean_squared_error(*values))


def test_brier_and_log_loss_of_two_classes_are_the_known_ones(random):
    label, probability = random.integers(0, 2, ROWS), random.random(ROWS)
    found = losses.brier(label, probability), losses.log_loss(label, probability)
    assert found[0].mean() == pytest.approx(metrics.brier_score_loss(label, probability))
    assert found[1].mean() == pytest.approx(metrics.log_loss(label, probability))
    assert losses.log_loss(label.astype(bool), probability) == pytest.approx(found[1])


def test_a_wrong_certainty_costs_much_and_not_everything():
    found = losses.log_loss(np.array([1, 0]), np.array([0.0, 1.0]))
    assert found == pytest.approx(-math.log(1e-15))


def test_deviance_averages_to_the_known_one_also_of_rates(random):
    exposure = random.uniform(0.1, 2, ROWS)
    expected = exposure * random.gamma(2, 0.5, ROWS)
    count = random.poisson(expected)
    assert (count == 0).any()
    found = losses.poisson_deviance(count, expected).mean()
    assert found == pytest.approx(metrics.mean_poisson_deviance(count, expected))
    rates = losses.poisson_deviance(count, expected, exposure)
    known = metrics.mean_poisson_deviance(
        count / exposure, expected / exposure, sample_weight=exposure
    )
    assert np.average(rates, weights=exposure) == pytest.approx(known)


def test_a_claim_where_none_was_possible_costs_much_and_not_everything():
    found = losses.poisson_deviance(np.array([1, 0]), np.array([0.0, 0.0]))
    assert found[0] == pytest.approx(2 * (-math.log(1e-15) - 1))
    assert found[1] == pytest.approx(0, abs=1e-14)


TWO, THREE = np.array([0, 1]), np.array([0, 1, 2])


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (lambda: losses.absolute(TWO, THREE), r"\(3,\) answers do not match \(2,\) rows"),
        (lambda: losses.squared(TWO, TWO[:, None]), r"\(2, 1\) answers do not match \(2,\) rows"),
        (
            lambda: losses.absolute(TWO, np.array([1, math.inf])),
            "1 of 2 answers are not finite numbers",
        ),
        (lambda: losses.brier(TWO, TWO * 2.0), "1 of 2 probabilities are not in 0 to 1"),
        (lambda: losses.brier(TWO * 2, TWO * 1.0), "1 of 2 labels are neither 0 nor 1"),
        (lambda: losses.log_loss(TWO, TWO - 1.0), "1 of 2 probabilities are not in 0 to 1"),
        (lambda: losses.log_loss(TWO * np.nan, TWO * 1.0), "2 of 2 labels are neither 0 nor 1"),
        (lambda: losses.poisson_deviance(TWO, TWO - 1.0), "a count or an expectation is below 0"),
        (lambda: losses.poisson_deviance(TWO - 1, TWO), "a count or an expectation is below 0"),
        (lambda: losses.poisson_deviance(TWO, TWO, TWO), "1 of 2 exposures are not above 0"),
    ],
)
def test_what_is_no_answer_has_no_loss(loss, words):
    with pytest.raises(ValueError, match=words):
        loss()
