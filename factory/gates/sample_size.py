"""How many more units would settle it, and how many are the fewest that could?"""

from __future__ import annotations

import math
from collections.abc import Callable

from factory.gates.estimates import MEASURABLE, Estimate
from factory.gates.significance import at_least
from factory.tasks.task import MEAN

MOST = 10**9
"""Units beyond which nobody waits: what they would not settle counts as on the wrong side."""
FINE = 1000  # a projection is told to one part in so many

Shown = Callable[[Estimate, float, float], bool]
"""`at_least`, `at_most` or `above` of `factory.gates.significance`."""


def needed(
    estimate: Estimate, limit: float, confidence: float, shown: Shown = at_least
) -> int | None:
    """Return how many units more would settle it, did the value stay; None when none would.

    Of an AUC these are rows with the same share of classes.
    """

    def settled(units: int) -> bool:
        return shown(estimate.of_units(units), limit, confidence)

    low = high = estimate.units
    if settled(low):
        return 0
    if not settled(MOST):
        return None
    while not settled(high):
        low, high = high, min(2 * high, MOST)
    while high - low > max(1, low // FINE):
        middle = (low + high) // 2
        low, high = (low, middle) if settled(middle) else (middle, high)
    return high - estimate.units


def fewest(limit: float, confidence: float, interval: str) -> int | None:
    """Return the fewest units of which a perfect result would show *limit*; None if none would.

    Of an AUC they are rows of the smaller class. Of a mean any two could, by t; the sign test,
    where it is due, needs as many as a share that must reach 0.5.
    """
    if interval == MEAN:
        return MEASURABLE
    if limit >= 1:
        return None
    if limit <= 0:
        return 1
    return math.ceil(math.log(1 - confidence) / math.log(limit))
