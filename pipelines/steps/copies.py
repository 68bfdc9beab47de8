"""Are rows of both splits more alike than different rows are? Equal rows may be none of one entity.

Policies in one cell of a tariff are equal in every feature. Whoever copies some of them from the
test split into training makes the cells of both more equal than a random split leaves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.steps.cells import Labels

NOTHING = {"cells": 0, "rows": 0, "observed": 0.0, "expected": 0.0, "spread": 0.0}
KURTOSIS = 4  # rows of a cell, below which its moments are not known


def rows(codes: np.ndarray, split: int) -> dict[str, Any]:
    """Compare how often each row is in both splits with what a random split would do.

    *codes* are equal where rows are, in all features and the label; *split* of them teach. Gives
    Pearson's chi-square of the table of splits and cells, and its mean and standard deviation when
    the same rows are split at random: Haldane (1940). Rows that are like no other tell nothing.
    """
    counts = np.bincount(codes)
    taught = np.bincount(codes[:split], minlength=len(counts))
    repeated = counts > 1
    cells, train = counts[repeated].astype(float), taught[repeated].astype(float)
    total, learned = cells.sum(), train.sum()
    k = len(cells)
    if k < 2 or learned in {0, total}:  # noqa: PLR2004 - one cell is in both as the splits are
        return dict(NOTHING)
    share = learned / total
    chi = ((train - cells * share) ** 2 / (cells * share * (1 - share))).sum()
    return {
        "cells": k,
        "rows": int((cells - train)[train > 0].sum()),
        "observed": float(chi),
        "expected": float((k - 1) * total / (total - 1)),
        "spread": float(np.sqrt(max(_variance(cells, share, total), 0.0))),
    }


def _variance(cells: np.ndarray, share: float, total: float) -> float:
    """Return the variance of chi-square over all random splits of the rows of *cells*."""
    k = len(cells)
    one = (k - 1) * (total - k) / (total - 1)
    odd = ((total / cells).sum() - k**2) / (total - 2)
    other = (total - 2) / (total - 1)
    odd_other = (1 / share + 1 / (1 - share) - 4) / (total - 2)
    return float(
        2 * total / (total - 3) * (one - odd) * (other - odd_other)
        + total**2 / (total - 1) * odd * odd_other
    )


def labels(codes: np.ndarray, views: Mapping[str, Labels]) -> dict[str, Any]:
    """Compare the labels of both splits within each cell, of the view with the most even answers.

    *codes* are equal where rows are, in all features. Each cell gives the chi-square of a table of
    two by two; what the splits differ by in all cells, as those of two years do, is taken off. Mean
    and standard deviation are those over all ways to give the labels of a cell to its rows.
    """
    if not views:
        return dict(NOTHING)
    view = max(views.values(), key=lambda found: -abs(float(found.test.mean()) - 0.5))
    size = int(codes.max(initial=-1)) + 1
    taught = _counts(codes[: view.split], view.train, size)
    judged = _counts(codes[view.split :], view.test, size)
    n, m, yes = taught.sum(axis=0), judged.sum(axis=0), taught[1] + judged[1]
    total = n + m
    telling = (n > 0) & (m > 0) & (yes > 0) & (yes < total) & (total >= KURTOSIS)
    if not telling.any():
        return dict(NOTHING)
    n, m, yes, total = n[telling], m[telling], yes[telling], total[telling]
    apart = taught[1][telling] / n - judged[1][telling] / m
    weight = total * n * m / (yes * (total - yes))
    everywhere = (apart * weight).sum() / weight.sum()
    each = total / (total - 1)
    return {
        "cells": len(n),
        "rows": int(m.sum()),
        "observed": float(((apart - everywhere) ** 2 * weight).sum()),
        "expected": float(each.sum() - (each * weight).sum() / weight.sum()),
        "spread": float(np.sqrt((each**2 * (2 + _excess(n, m, yes, total))).sum().clip(0))),
    }


def _excess(n: np.ndarray, m: np.ndarray, yes: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return the excess kurtosis of the number of yes among *m* of *total*: hypergeometric."""
    no = total - yes
    most = (total - 1) * total**2 * (total * (total + 1) - 6 * yes * no - 6 * n * m)
    some = 6 * n * m * yes * no * (5 * total - 6)
    return np.asarray((most + some) / (n * m * yes * no * (total - 2) * (total - 3)))


def _counts(codes: np.ndarray, label: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(codes + size * label, minlength=2 * size).reshape(2, size).astype(float)
