"""How far can a share of few or many rows be from what was counted? Exact, by Clopper-Pearson."""

from __future__ import annotations

import functools
import math

TINY = 1e-300
STEPS = 30  # halvings of the interval that the quantile is looked for in
WIDE = 9  # standard deviations around the mean, which hold the quantile unless the tail is heavy


@functools.cache
def share_lower_bound(hits: float, rows: float, confidence: float) -> float:
    """Return the one-sided lower bound of a share (Clopper and Pearson 1934); 0 without rows.

    *hits* need not be whole: an AUC counts as that share of the rows of its smaller class.
    """
    if hits <= 0:
        return 0.0
    return _quantile(1 - confidence, hits, rows - hits + 1)


def share_upper_bound(hits: float, rows: float, confidence: float) -> float:
    """Return the one-sided upper bound of a share; 1 without rows."""
    return 1 - share_lower_bound(rows - hits, rows, confidence)


def _quantile(chance: float, a: float, b: float) -> float:
    """Return the quantile of the beta distribution, by halving."""
    mean = a / (a + b)
    spread = WIDE * math.sqrt(mean * (1 - mean) / (a + b + 1))
    low, high = max(mean - spread, 0.0), min(mean + spread, 1.0)
    if not incomplete_beta(low, a, b) <= chance <= incomplete_beta(high, a, b):
        low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if incomplete_beta(middle, a, b) < chance else (low, middle)
    return low


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularized incomplete beta function (DLMF 8.17.22, by Lentz's method)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of `incomplete_beta`; a step that would be 0 is hardly more."""
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or TINY)
    value = d
    for m in range(1, 400):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for factor in (even, odd):
            d, c = 1 / ((1 + factor * d) or TINY), (1 + factor / c) or TINY
            value *= c * d
        if abs(1 - c * d) < 1e-12:  # noqa: PLR2004 - settled
            break
    return value
