"""How far can a mean of few units be from the truth? Student's t distribution."""

from __future__ import annotations

import functools
import math
from statistics import NormalDist

from factory.gates.intervals import incomplete_beta

STEPS = 60  # of Newton's method; it doubles a quantile that is far out, and then needs five
SETTLED = 1e-11  # of a quantile, relative
LARGEST = 10**7  # degrees; with more, quantiles stay the same to one part in a million


@functools.cache
def quantile(confidence: float, freedom: float) -> float:
    """Return the quantile at *confidence*, between 0 and 1, of *freedom* degrees, above 0.

    The tail is convex beyond 0, so that Newton's method, begun at the normal quantile, which is
    nearer to 0, comes from one side. Within 1e-6 of the truth, relative.
    """
    if confidence < 0.5:  # noqa: PLR2004 - the distribution is symmetric about its median
        return -quantile(1 - confidence, freedom)
    freedom = min(freedom, LARGEST)
    t = NormalDist().inv_cdf(confidence)
    for _ in range(STEPS):
        step = (tail(t, freedom) - (1 - confidence)) / _density(t, freedom)
        t += step
        if abs(step) <= SETTLED * max(abs(t), SETTLED):
            break
    return t


def tail(t: float, freedom: float) -> float:
    """Return the chance of a value above *t* (Abramowitz and Stegun 26.7.1)."""
    if t < 0:
        return 1 - tail(-t, freedom)
    return incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


def _density(t: float, freedom: float) -> float:
    front = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    return math.exp(front - (freedom + 1) / 2 * math.log1p(t * t / freedom)) / math.sqrt(
        math.pi * freedom
    )
