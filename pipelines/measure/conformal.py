"""Between which bounds will the value be, so often as the level says?

Split conformal prediction (Lei et al. 2018, JASA 113): the errors of origins that the model has not
learned from, with the rank that holds for a finite number of them. It holds where those origins are
as the later ones will be: a shock that many series share makes them fewer than they look.
"""

from __future__ import annotations

import math

import numpy as np

from factory.errors import Refused

Array = np.ndarray


def offsets(residual: Array, level: float) -> tuple[Array, Array]:
    """Return what to add to a forecast for the low and the high end of its interval, by step.

    *residual* is value minus forecast, of held-out origins by step, NaN where it is unknown. Each
    end is missed by half of ``1 - level`` at most. Refused where a step has too few of them.
    """
    tail, needed = (1 - level) / 2, fewest(level)
    ends = [_ends(step[~np.isnan(step)], tail) for step in residual.T]
    short = [number for number, found in enumerate(ends, 1) if found is None]
    if short:
        there = int((~np.isnan(residual[:, short[0] - 1])).sum())
        raise Refused(
            f"step {short[0]} of the horizon has {there} held-out errors; an interval of "
            f"{level:.0%} needs {needed}: land more history, or lower the level"
        )
    low, high = np.array(ends, dtype=float).reshape(-1, 2).T
    return low, high


def fewest(level: float) -> int:
    """Return how many held-out errors an interval needs at least."""
    return math.ceil(round(2 / (1 - level), 9)) - 1


def covered(actual: Array, low: Array, high: Array) -> Array:
    """Return 1 where the value lies in its interval, 0 where not, NaN where it is unknown."""
    inside = (low <= actual) & (actual <= high)
    return np.where(np.isnan(actual), np.nan, inside)


def needed(missed: Array, group: Array, level: float) -> Array:
    """Return how wide each row's interval about what it *missed* must be to hold its share.

    It is known when all has come about, and the same for all rows of a *group*, a number from 0.
    """
    found = [2 * float(np.quantile(missed[group == g], level)) for g in range(group.max() + 1)]
    return np.asarray(np.array(found)[group])


def _ends(found: Array, tail: float) -> tuple[float, float] | None:
    """Return the k-th lowest and highest, as deep as (n + 1) tail allows; None where that is 0."""
    rank = math.floor(round((len(found) + 1) * tail, 9))
    if rank < 1:
        return None
    ordered = np.sort(found)
    return float(ordered[rank - 1]), float(ordered[-rank])
