"""Are members of a family shown to be better only where they are?"""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from benchmarks import _series
from benchmarks._family import Family
from benchmarks.family import LAYOUT

NOISY, WALKING, ORIGINS = 20, 10, 24


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Threads that wait for each other on a busy machine take minutes."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def family(one_thread):
    """Return members with noise that averages out, and some that repeat their last week best."""
    series = _series.made(NOISY, 308)
    steps = np.random.default_rng(1).normal(size=(WALKING, 44, 7))
    walks = 100 + np.cumsum(steps, axis=1).reshape(WALKING, -1)
    columns = {name: c.to_numpy() for name, c in _columns(series, walks).items()}
    return Family(columns, LAYOUT, ORIGINS)


def _columns(series, walks):
    whole = _series.Series(
        values=np.vstack([series.values, walks]),
        trend=series.trend,
        season=series.season,
        wander=series.wander,
        noise=series.noise,
    ).table()
    return {name: whole.column(name) for name in whole.column_names}


def test_members_that_repeat_their_last_week_best_are_not_shown_to_be_better(family):
    better, walking = family.members.better, range(NOISY, NOISY + WALKING)
    assert family.members.of == NOISY + WALKING
    assert len(better) >= NOISY / 4
    assert not set(better) & {f"series=s{number:04d}" for number in walking}


def test_forecasts_of_a_family_know_nothing_of_what_comes(family):
    assert family.proof == {"origins": 3, "unchanged": 3, "changed": []}


def test_intervals_of_a_family_cover_what_they_say(family):
    assert family.covered[: NOISY * ORIGINS].mean() == pytest.approx(0.9, abs=0.05)
