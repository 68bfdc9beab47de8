"""Are the moments those of random splits, and do copies lie far below them?"""

import numpy as np
import pytest

from pipelines.steps import copies
from pipelines.steps.cells import Labels

ROWS = 6000
CELLS = {"few": 150, "as many as rows": ROWS}


def standardised(found):
    return (found["observed"] - found["expected"]) / found["spread"]


def labels(codes, yes, split):
    return copies.labels(codes, {"yes": Labels(yes[:split], yes[split:])})


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("split", [3000, 5400])
def test_a_random_split_is_one_of_mean_nought_and_deviation_one(cells, split):
    dice = np.random.default_rng(1)
    codes, yes = dice.integers(0, cells, ROWS), (dice.random(ROWS) < 0.2).astype(int)
    found = []
    for _ in range(200):
        order = dice.permutation(ROWS)
        rows = copies.rows(codes[order] * 2 + yes[order], split)
        found.append((standardised(rows), standardised(labels(codes[order], yes[order], split))))
    assert np.abs(np.mean(found, axis=0)).max() < 0.25
    assert np.abs(np.std(found, axis=0) - 1).max() < 0.15


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS)
def test_copies_make_both_splits_too_equal(cells):
    dice = np.random.default_rng(2)
    codes, yes = dice.integers(0, cells, ROWS), (dice.random(ROWS) < 0.2).astype(int)
    split = 4000
    order = np.concatenate([np.arange(split), np.arange(split, ROWS), np.arange(split, ROWS)])
    taught = split + ROWS - split
    assert standardised(copies.rows(codes[order] * 2 + yes[order], taught)) < -5


def test_labels_that_were_copied_agree_where_the_rows_do():
    dice = np.random.default_rng(3)
    codes, yes = dice.integers(0, 150, ROWS), (dice.random(ROWS) < 0.2).astype(int)
    order = np.concatenate([np.arange(4000), np.arange(4000, ROWS), np.arange(4000, ROWS)])
    assert standardised(labels(codes[order], yes[order], ROWS)) < -3


def test_years_that_differ_everywhere_are_no_more_alike_than_others():
    dice = np.random.default_rng(4)
    codes = dice.integers(0, 150, ROWS)
    yes = (dice.random(ROWS) < np.where(np.arange(ROWS) < 4000, 0.2, 0.3)).astype(int)
    assert abs(standardised(labels(codes, yes, 4000))) < 3


@pytest.mark.parametrize("codes", [np.arange(10), np.zeros(10, int)], ids=["none equal", "all"])
def test_where_nothing_can_be_compared_nothing_is_said(codes):
    assert copies.rows(codes, 5) == copies.NOTHING
    assert copies.labels(np.arange(10), {"yes": Labels(np.ones(5, int), np.ones(5, int))}) == (
        copies.NOTHING
    )
    assert copies.labels(codes, {}) == copies.NOTHING
