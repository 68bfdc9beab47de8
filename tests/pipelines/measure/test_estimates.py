import json
import math

import numpy as np
import pytest
from sklearn import metrics

from factory.gates import estimates as read
from factory.gates.bounds import lower, upper
from factory.gates.verdict import Missing
from pipelines.measure import delong, estimates


@pytest.fixture
def random():
    return np.random.default_rng(23)


def test_a_mean_has_the_textbook_error(random):
    losses = random.exponential(3, 50)
    found = estimates.mean(losses)
    assert found == {
        "interval": "mean",
        "value": pytest.approx(losses.mean()),
        "standard_error": pytest.approx(losses.std(ddof=1) / math.sqrt(50)),
        "units": 50,
    }


def test_equal_weights_are_none(random):
    losses = random.exponential(3, 50)
    assert estimates.mean(losses, np.full(50, 0.3)) == pytest.approx(estimates.mean(losses))


def test_a_weight_of_nothing_takes_the_row_away(random):
    losses, weights = random.exponential(3, 50), np.repeat([2.0, 0.0], [30, 20])
    assert estimates.mean(losses, weights) == pytest.approx(estimates.mean(losses[:30]))


def test_unequal_weights_leave_fewer_units():
    found = estimates.mean(np.arange(4.0), np.array([3.0, 1, 1, 1]))
    assert found["units"] == 3  # 36 / 12
    assert found["value"] == pytest.approx(1.0)


def test_the_error_of_a_weighted_mean_is_how_much_it_varies(random):
    weights, values, errors = random.gamma(2, 1, 60), [], []
    for _ in range(2000):
        found = estimates.mean(random.normal(5, 2, 60), weights)
        values.append(found["value"])
        errors.append(found["standard_error"])
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.05)


def test_the_bounds_of_a_weighted_mean_cover(random):
    """Weights that differ from sample to sample and go with the losses, as exposures do."""
    covered, times, truth = 0, 2000, 2.5  # E[w * l] / E[w], losses 1 + w / 2 + noise, w gamma(2)
    for _ in range(times):
        weights = random.gamma(2, 1, 60)
        losses = 1 + weights / 2 + random.normal(0, 1, 60)
        found = read.of(estimates.mean(losses, weights))
        covered += lower(found, 0.975) <= truth <= upper(found, 0.975)
    assert covered / times >= 0.92


def test_a_difference_is_paired_and_counts_wins_but_no_ties():
    losses = np.array([1.0, 1.0, 1.0, 1.0, 1.0])
    others = np.array([2.0, 3.0, 1.0 + 1e-13, 1.0, 0.5])
    found = estimates.difference(losses, others)
    assert found["value"] == pytest.approx(0.5)
    assert found["standard_error"] == pytest.approx(np.std(others - 1, ddof=1) / math.sqrt(5))
    assert (found["units"], found["better"], found["worse"]) == (5, 2, 1)


def test_less_loss_is_a_gain_and_the_other_way_round_a_loss(random):
    small, large = random.random(30), 1 + random.random(30)
    one, other = estimates.difference(small, large), estimates.difference(large, small)
    assert one["value"] == pytest.approx(-other["value"])
    assert one["value"] > 0
    assert (one["better"], one["worse"]) == (other["worse"], other["better"]) == (30, 0)


def test_weighted_wins_are_no_more_than_the_units(random):
    others, weights = random.normal(0.2, 1, 41), random.gamma(1, 1, 41)
    found = estimates.difference(np.zeros(41), others, weights)
    share = weights[others > 0].sum() / weights.sum()
    assert found["better"] == math.floor(found["units"] * share)
    assert found["better"] + found["worse"] == found["units"] < 41


def test_an_auc_and_a_difference_of_two_have_delongs_error(random):
    label = np.repeat([1, 0], [12, 60])
    one, two = random.normal(label, 1), random.normal(label, 2)
    known = delong.auc(label, one)
    compared = delong.difference(known, delong.auc(label, two))
    assert estimates.auc(label, one) == {
        "interval": "auc",
        "value": known.value,
        "standard_error": known.standard_error,
        "units": 72,
        "smaller": 12,
    }
    assert estimates.auc_difference(label, one, two) == {
        "interval": "mean",
        "value": compared.value,
        "standard_error": compared.standard_error,
        "units": 72,
        "smaller": 12,
    }
    assert estimates.auc(1 - label, one)["smaller"] == 12


def test_a_share_counts_hits():
    expected = {"interval": "share", "hits": 2, "units": 3}
    assert estimates.share(np.array([True, False, True])) == expected
    assert estimates.share(np.array([1, 0, 1])) == expected


def test_rows_of_one_unit_are_one_loss():
    losses, queries = np.array([1.0, 5.0, 3.0, 7.0]), np.array(["b", "a", "b", "a"])
    assert estimates.by_unit(losses, queries).tolist() == [6.0, 2.0]


def test_everything_measured_is_json_that_the_gates_read(random):
    label, score, hits = np.repeat([1, 0], [12, 60]), random.random(72), random.random(72) < 0.3
    for section in (
        estimates.mean(score, random.random(72)),
        estimates.difference(score, random.random(72)),
        estimates.difference(score, random.random(72), random.random(72)),
        estimates.auc(label, score),
        estimates.auc_difference(label, score, random.random(72)),
        estimates.share(hits),
    ):
        found = read.of(json.loads(json.dumps(section, allow_nan=False)))
        assert lower(found, 0.95) < found.value < upper(found, 0.95)


ONE, TWO = np.array([1.0]), np.array([1.0, np.nan])


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (lambda: estimates.mean(ONE), "1 units do not tell how they vary; 2 do"),
        (lambda: estimates.mean(np.ones(2), np.array([1.0, 0.0])), "1 units do not tell"),
        (lambda: estimates.mean(np.ones(2), np.zeros(2)), "0 units do not tell"),
        (lambda: estimates.mean(np.ones(2), np.array([3.0, -1.0])), "not 2 numbers, 0 or more"),
        (lambda: estimates.mean(np.ones(2), np.ones(3)), "not 2 numbers, 0 or more"),
        (lambda: estimates.mean(TWO), r"1 of \(2,\) values are not finite numbers in a row"),
        (lambda: estimates.mean(np.ones((2, 2))), r"0 of \(2, 2\) values are not finite"),
        (lambda: estimates.difference(TWO, np.ones(2)), "values are not finite"),
        (lambda: estimates.auc(np.array([1, 0]), TWO), "values are not finite"),
        (lambda: estimates.by_unit(TWO, np.zeros(2)), "values are not finite"),
    ],
)
def test_what_says_nothing_is_refused(measure, words):
    with pytest.raises(ValueError, match=words):
        measure()


def test_the_average_precision_is_the_known_one_with_ties(random):
    label = (random.random(500) < 0.1).astype(int)
    score = np.round(random.random(500) + 0.5 * label, 1)
    found = estimates.average_precision(label, score)
    assert found["value"] == pytest.approx(metrics.average_precision_score(label, score))
    assert (found["units"], found["smaller"]) == (500, label.sum())
    assert read.of(found).value == found["value"]


def test_the_lower_bound_of_an_average_precision_mostly_covers_the_truth(random):
    def drawn(rows):
        label = (random.random(rows) < 0.05).astype(int)
        return label, random.normal(size=rows) + 1.5 * label

    truth = metrics.average_precision_score(*drawn(500_000))
    estimated = [read.of(estimates.average_precision(*drawn(2000))) for _ in range(100)]
    assert 0.88 <= np.mean([lower(each, 0.95) <= truth for each in estimated]) <= 1
    assert 0.88 <= np.mean([upper(each, 0.95) >= truth for each in estimated]) <= 1


def test_what_is_all_positive_has_no_average_precision_to_speak_of(random):
    found = estimates.average_precision(np.ones(9, int), random.random(9))
    with pytest.raises(Missing, match="smaller is 0"):
        read.of(found)


def test_rows_that_share_their_luck_tell_as_much_as_fewer(random):
    units = np.repeat(np.arange(200), 10)
    alone = estimates.share_by_unit(random.random(2000) < 0.8, units)
    assert 1000 < alone["units"] <= 2000
    together = estimates.share_by_unit(np.repeat(random.random(200) < 0.8, 10), units)
    assert 190 <= together["units"] <= 210
    assert together["hits"] / together["units"] == pytest.approx(0.8, abs=0.08)


def test_where_every_unit_is_alike_there_are_as_many_as_units():
    found = estimates.share_by_unit(np.ones(50, bool), np.repeat(np.arange(5), 10))
    assert (found["hits"], found["units"]) == (5, 5)
    with pytest.raises(ValueError, match="1 units do not tell how they vary"):
        estimates.share_by_unit(np.ones(9, bool), np.zeros(9, int))


def test_the_lower_bound_of_a_clustered_share_mostly_covers_the_truth(random):
    units = np.repeat(np.arange(60), 24)

    def covers():
        chance = np.repeat(random.beta(9, 1, 60), 24)  # 0.9 in the mean
        found = estimates.share_by_unit(random.random(1440) < chance, units)
        return lower(read.of(found), 0.95) <= 0.9

    assert np.mean([covers() for _ in range(200)]) >= 0.9
