from dataclasses import replace

import pytest
from scipy import stats

from factory.gates import bounds
from factory.gates.estimates import Estimate
from factory.gates.significance import above, at_least, at_most, p_value, sign_test
from factory.gates.verdict import Missing

GAIN = Estimate(value=0.2, standard_error=0.05, units=40, interval="mean", better=29, worse=11)
SHARE = Estimate(value=0.8, standard_error=0.04, units=100, interval="share")


@pytest.mark.parametrize(("better", "worse"), [(5, 0), (29, 11), (11, 29), (0, 3), (300, 200)])
def test_the_sign_test_is_the_exact_one(better, worse):
    expected = stats.binomtest(better, better + worse, alternative="greater").pvalue
    assert sign_test(better, worse) == pytest.approx(expected, rel=1e-9)


def test_ties_alone_show_nothing():
    assert sign_test(0, 0) == 1


def test_a_difference_of_few_units_must_win_by_t_and_by_votes():
    assert above(GAIN, 0, 0.95)
    votes = replace(GAIN, better=21, worse=19)
    assert bounds.lower(votes, 0.95) > 0
    assert not above(votes, 0, 0.95)
    assert p_value(votes, 0) == sign_test(21, 19)
    size = replace(GAIN, standard_error=0.2)
    assert sign_test(29, 11) < 0.05
    assert not above(size, 0, 0.95)
    assert p_value(size, 0) == bounds.chance(size, 0)


def test_of_a_hundred_units_t_alone_decides():
    votes = replace(GAIN, units=100, better=21, worse=79)
    assert above(votes, 0, 0.95)
    assert not above(votes.of_units(99), 0, 0.95)


def test_a_difference_of_few_units_that_does_not_tell_its_votes_is_no_evidence():
    untold = replace(GAIN, better=None, worse=None)
    with pytest.raises(Missing, match="better and worse are absent; a difference of 40 needs them"):
        above(untold, 0, 0.95)
    assert above(replace(untold, smaller=15), 0, 0.95)  # two AUCs have no votes
    assert above(untold, -0.1, 0.95)  # votes say nothing about a margin
    assert above(replace(untold, units=100), 0, 0.95)


def test_no_gain_is_within_every_margin_and_above_nothing():
    same = replace(GAIN, value=0, standard_error=0, units=1000, better=0, worse=0)
    assert at_least(same, 0, 0.95)
    assert at_least(same, -0.01, 0.95)
    assert not above(same, 0, 0.95)


def test_a_bound_is_held_against_a_limit():
    low, high = bounds.lower(SHARE, 0.95), bounds.upper(SHARE, 0.95)
    assert at_least(SHARE, low - 1e-6, 0.95)
    assert not at_least(SHARE, low + 1e-6, 0.95)
    assert at_most(SHARE, high + 1e-6, 0.95)
    assert not at_most(SHARE, high - 1e-6, 0.95)
    assert above(SHARE, low - 1e-6, 0.95)
    assert not above(SHARE, low + 1e-6, 0.95)
