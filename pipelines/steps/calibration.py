"""What was expected, and what came about: in all, and by bins of what was expected?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pipelines.measure import estimates
from pipelines.steps.evidence import ScoredSplit

BINS = 10
FEWEST = 20  # rows of a bin: fewer have no mean to speak of


def measure(split: ScoredSplit) -> dict[str, Any]:
    """Return the section of the evidence, in units of what is answered.

    `bias` is the mean of what was expected less what came about, and `scale` what the naive model
    misses it by in the mean. `width` is that of intervals in the mean, beside what those of the
    naive model would need to hold as many rows of this very exam.
    """
    kind = split.measure
    pairs = kind.calibration(split.truth, split.answers)
    simple = kind.calibration(split.truth, split.simple) if pairs else []
    found: dict[str, Any] = {
        "pairs": [_pair(*pair, *naive) for pair, naive in zip(pairs, simple, strict=True)]
    }
    inside = kind.inside(split.truth, split.answers)
    if inside is not None:
        held, promised = inside
        found["inside"] = held | {"promised": promised}
    wide = kind.widths(split.truth, split.answers, split.simple)
    if wide is not None:
        found["width"] = {"mean": wide[0], "naive": wide[1]}
    return found


def _pair(
    expected: np.ndarray, observed: np.ndarray, simple: np.ndarray, came: np.ndarray
) -> dict[str, Any]:
    missed = expected - observed
    codes = _bins(expected)
    spread = float(missed.std(ddof=1))
    return {
        "rows": len(missed),
        "scale": float(np.abs(simple - came).mean()),
        "bias": estimates.mean(missed),
        "bins": [
            _bin(expected[own], observed[own], spread)
            for own in (codes == code for code in range(int(codes.max()) + 1))
        ],
    }


def _bins(expected: np.ndarray) -> np.ndarray:
    """Return the bin of each row; equal expectations are in one."""
    many = max(1, min(BINS, len(expected) // FEWEST))
    edges = np.unique(np.quantile(expected, np.linspace(0, 1, many + 1)[1:-1], method="lower"))
    _, codes = np.unique(np.searchsorted(edges, expected), return_inverse=True)
    return np.asarray(codes)


def _bin(expected: np.ndarray, observed: np.ndarray, spread: float) -> dict[str, Any]:
    """Return the means, and the error of their difference: not below what all rows vary by.

    A bin of rare events in which none came about seems to be certain of it.
    """
    missed = expected - observed
    own = float(missed.std(ddof=1)) if len(missed) > 1 else 0.0
    return {
        "rows": len(missed),
        "expected": float(expected.mean()),
        "observed": float(observed.mean()),
        "standard_error": max(own, spread) / math.sqrt(len(missed)),
    }
