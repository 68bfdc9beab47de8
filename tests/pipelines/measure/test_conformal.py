"""Do intervals hold as often as they say?"""

import numpy as np
import pytest

from factory.errors import Refused
from pipelines.measure import conformal


def test_an_interval_known_afterwards_is_as_wide_as_its_group_needs():
    missed, group = np.array([0.0, 1, 2, 3, 4, 30, 30, 30]), np.array([0] * 5 + [1] * 3)
    assert conformal.needed(missed, group, 0.75).tolist() == [6.0] * 5 + [60.0] * 3


def heavy(random, shape):
    """Return errors by step that are skewed, and wider with each step."""
    return (random.exponential(1, shape) - 0.5) * np.arange(1, shape[1] + 1)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("held_out", [39, 200])
def test_intervals_cover_at_least_their_level_and_hardly_more(level, held_out):
    random = np.random.default_rng(4)
    shares = []
    for _ in range(400):
        low, high = conformal.offsets(heavy(random, (held_out, 3)), level)
        shares.append(conformal.covered(heavy(random, (200, 3)), low, high).mean(axis=0))
    share = np.mean(shares, axis=0)
    assert (share >= level - 0.01).all()
    assert (share <= level + 2 / (held_out + 1) + 0.01).all()


def test_each_end_is_missed_as_often_as_the_other():
    random = np.random.default_rng(5)
    low, high = conformal.offsets(heavy(random, (999, 1)), 0.9)
    later = heavy(random, (20_000, 1))
    assert (later < low).mean() == pytest.approx(0.05, abs=0.02)
    assert (later > high).mean() == pytest.approx(0.05, abs=0.02)


def test_the_rank_is_that_of_a_finite_number():
    low, high = conformal.offsets(np.arange(1.0, 20.0)[:, None], 0.9)
    assert (low.tolist(), high.tolist()) == ([1], [19])
    low, high = conformal.offsets(np.arange(1.0, 20.0)[:, None], 0.8)
    assert (low.tolist(), high.tolist()) == ([2], [18])


@pytest.mark.parametrize(("level", "fewest"), [(0.8, 9), (0.9, 19), (0.95, 39), (0.99, 199)])
def test_too_few_errors_are_refused_with_how_many_are_needed(level, fewest):
    enough = np.arange(float(fewest))[:, None]
    assert conformal.fewest(level) == fewest
    conformal.offsets(enough, level)
    with pytest.raises(Refused) as refused:
        conformal.offsets(enough[1:], level)
    assert str(refused.value) == (
        f"step 1 of the horizon has {fewest - 1} held-out errors; an interval of {level:.0%} needs "
        f"{fewest}: land more history, or lower the level"
    )


def test_what_is_unknown_is_neither_an_error_nor_covered():
    residual = np.c_[np.arange(19.0), np.r_[np.nan, np.arange(18.0)]]
    with pytest.raises(Refused, match="step 2 of the horizon has 18 held-out errors"):
        conformal.offsets(residual, 0.9)
    inside = conformal.covered(np.array([1, np.nan, 5]), np.zeros(3), np.full(3, 4))
    assert inside.tolist()[::2] == [1, 0]
    assert np.isnan(inside[1])
