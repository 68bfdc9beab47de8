"""Is a column of free text quiet while nothing changes, and is news in it noticed?"""

import numpy as np
import pyarrow as pa
import pytest

from factory.drift import bins, comparison
from pipelines.steps import baseline
from tests.factory.drift.conftest import counted

SEEDS = range(20)
MAX_PSI = 0.25  # of the spec's `watch`


def half_free(dice):
    return f"common{dice.integers(0, 21)}" if dice.random() < 0.55 else rare(dice)


def rare(dice):
    return f"rare{dice.integers(0, 10**6)}"


DRAWS = {
    "half free text": half_free,
    "little free text": lambda dice: rare(dice) if dice.random() < 0.02 else half_free_common(dice),
    "all free text": lambda dice: f"free{dice.integers(0, 10**9)}",
    "a few words often and many seldom": lambda dice: f"z{min(dice.zipf(1.3), 10**9)}",
    "towns": lambda dice: f"z{dice.zipf(2.0)}",
    "as many levels as rows": lambda dice: f"u{dice.integers(0, 1000)}",
    "two hundred levels": lambda dice: f"u{dice.integers(0, 200)}",
}


def half_free_common(dice):
    return f"common{dice.integers(0, 21)}"


def judged(train, live):
    """Return the finding of a window, and the share that training expects of the unseen."""
    learned = baseline._category(pa.chunked_array([pa.array(train)]), 254)
    column = bins.of_column(learned)
    finding = comparison._judged(column, counted(column, live), MAX_PSI)
    return finding, bins.share(column.expected, column.special[1])


@pytest.mark.parametrize(("rows", "window"), [(1000, 500), (6000, 500), (6000, 2000)])
@pytest.mark.parametrize("draw", DRAWS)
def test_the_same_distribution_has_not_drifted(draw, rows, window):
    """Training's own rows say how many unseen ones to expect: the script saw 0 % before."""
    for seed in SEEDS:
        dice = np.random.default_rng(seed)
        train, live = ([DRAWS[draw](dice) for _ in range(n)] for n in (rows, window))
        finding, expected = judged(train, live)
        unseen = sum(value not in train for value in live) / window
        assert not finding.drifted, (seed, finding)
        assert expected > unseen - 0.1, seed


@pytest.mark.parametrize("draw", ["towns", "two hundred levels", "little free text"])
def test_levels_that_are_really_new_drift_also_where_many_are_rare(draw):
    found = []
    for seed in SEEDS:
        dice = np.random.default_rng(seed)
        train = [DRAWS[draw](dice) for _ in range(6000)]
        live = [
            f"new{dice.integers(0, 5)}" if dice.random() < 0.2 else DRAWS[draw](dice)
            for _ in range(2000)
        ]
        found.append(judged(train, live)[0])
    assert all(finding.drifted for finding in found)
    assert all("values that training never saw" in finding.words for finding in found)


def test_a_rare_level_that_everybody_has_now_has_drifted():
    train = [f"person {n % 250}" for n in range(750)]
    finding, _ = judged(train, ["person 7"] * 500)
    assert finding.drifted
    free = [f"free{n}" for n in range(6000)]
    kept = min(free)
    assert judged(free, [kept] * 500)[0].drifted
