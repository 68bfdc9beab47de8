"""Do so few units show it? Bounds, and under a hundred units a vote of the units as well."""

from __future__ import annotations

from factory.gates import bounds
from factory.gates.estimates import Estimate
from factory.gates.intervals import incomplete_beta
from factory.gates.verdict import Missing
from factory.tasks.task import MEAN

FEW = 100
"""Units below which the t of heavy-tailed losses is too sure: it covers 83 % at 10 for 95."""


def at_least(estimate: Estimate, limit: float, confidence: float) -> bool:
    """Return whether the lower bound reaches *limit*: a floor, or minus the margin of a loss."""
    return bounds.lower(estimate, confidence) >= limit


def at_most(estimate: Estimate, limit: float, confidence: float) -> bool:
    """Return whether the upper bound stays within *limit*."""
    return bounds.upper(estimate, confidence) <= limit


def above(estimate: Estimate, limit: float, confidence: float) -> bool:
    """Return whether the truth is shown to be above *limit*, and not only equal to it.

    A mean difference of fewer than FEW units is shown to be above 0 when the t bound is above 0
    and the sign test agrees. No gain, and no error, is not above. What mostly gains a little and
    rarely loses much is still shown too easily: of losses like a lognormal's (sigma 1), no better
    in the mean, 10 to 15 % pass at 5 %, with 5 to 200 units.
    """
    return p_value(estimate, limit) <= 1 - confidence


def p_value(estimate: Estimate, limit: float) -> float:
    """Return the one-sided p of the truth being at most *limit*, with the sign test where due.

    Raises Missing for a mean difference of few units that does not tell better from worse.
    """
    chance = bounds.chance(estimate, limit)
    two_aucs = estimate.smaller is not None
    if estimate.interval != MEAN or limit != 0 or estimate.units >= FEW or two_aucs:
        return chance
    if estimate.better is None or estimate.worse is None:
        raise Missing(f"better and worse are absent; a difference of {estimate.units} needs them")
    return max(chance, sign_test(estimate.better, estimate.worse))


def sign_test(better: int, worse: int) -> float:
    """Return the exact one-sided p of *better* units or more, were both ways as likely.

    A tie is in neither number. Nothing at all shows nothing: 1.
    """
    return incomplete_beta(0.5, better, worse + 1) if better else 1.0
