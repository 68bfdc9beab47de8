"""How far apart are two distributions, and how far at the least?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FLOOR = 1e-4  # an empty bin would make the index infinite; the floor is the same for any size
Z = 3.09  # one false alarm in a thousand


@dataclass(frozen=True)
class Index:
    """The population stability index of one column in one window."""

    psi: float
    lower_bound: float
    """So large it is at the least, unless chance did what it does once in a thousand times."""
    terms: tuple[float, ...]
    """What each bin adds to the index."""


def compare(before: Sequence[int], now: Sequence[int]) -> Index:
    """Return the index between the counts *before* and *now* of the same bins, in nats.

    PSI is the sum of (q - p) ln(q / p) (Siddiqi, Credit Risk Scorecards, 2006). Without drift it
    is not zero but (B - 1)(1/n + 1/m) in the mean, for B bins and n and m rows (Yurdakul and
    Naranjo, Statistical properties of the population stability index, 2020). For the bound that
    bias is taken off, and then Z standard deviations: by the delta method, the variance of the two
    samples of a difference that is there, and that of a chi-square for one that is not. The rows
    are taken as independent; those of one request rarely are, which is one more reason to ask for
    several windows in a row.
    """
    n, m = sum(before), sum(now)
    if not (n and m):
        raise ValueError(f"{n} rows before and {m} now: both must be counted to be compared")
    terms = _terms(_shares(before, FLOOR), _shares(now, FLOOR))
    # nobody who counted n rows knows that a share is less than 1/n
    p, q = _shares(before, max(FLOOR, 1 / n)), _shares(now, max(FLOOR, 1 / m))
    used = sum(1 for a, b in zip(before, now, strict=True) if a or b)
    bias = (used - 1) * (1 / n + 1 / m)
    variance = _variance(q, p) / m + _variance(p, q) / n + 2 * bias * (1 / n + 1 / m)
    bound = sum(_terms(p, q)) - bias - Z * math.sqrt(variance)
    return Index(sum(terms), bound, terms)


def _shares(counts: Sequence[int], floor: float) -> list[float]:
    total = sum(counts)
    return [max(count / total, floor) for count in counts]


def _terms(p: Sequence[float], q: Sequence[float]) -> tuple[float, ...]:
    return tuple((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))


def _variance(of: Sequence[float], against: Sequence[float]) -> float:
    """Return the variance of a row's pull on the index, over the distribution *of*."""
    pulls = [math.log(a / b) + 1 - b / a for a, b in zip(of, against, strict=True)]
    mean = sum(w * pull for w, pull in zip(of, pulls, strict=True)) / sum(of)
    return sum(w * (pull - mean) ** 2 for w, pull in zip(of, pulls, strict=True))
