"""Between which bounds is the truth, given what was measured? One side at a time.

There is no exact interval of an AUC. With few rows DeLong's is too narrow (at an AUC of 0.95 and
10 positives its lower 97.5 % bound covers 77 %); Clopper and Pearson's, of as many rows as the
smaller class has, covered in every simulation, since no AUC varies more than such a share
(Birnbaum and Klose 1957).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from statistics import NormalDist

from factory.gates import student
from factory.gates.estimates import Estimate
from factory.gates.intervals import incomplete_beta, share_lower_bound
from factory.tasks.task import AUC, MEAN, SHARE

MANY = 200
"""Rows of the smaller class from which the logit of an AUC is normal enough."""


def lower(estimate: Estimate, confidence: float) -> float:
    """Return the one-sided lower bound at *confidence*.

    A mean: Student's t. A share: Clopper and Pearson. An AUC: Clopper and Pearson of the smaller
    class while that has fewer than MANY rows, or where DeLong's error is 0; then DeLong's error
    on the logit.
    """
    return _LOWER[_method(estimate)](estimate, confidence)


def upper(estimate: Estimate, confidence: float) -> float:
    """Return the one-sided upper bound at *confidence*, by the method of `lower`."""
    mirrored, whole = _mirrored(estimate)
    return whole - lower(mirrored, confidence)


def chance(estimate: Estimate, limit: float) -> float:
    """Return the chance of a value as high as this, or higher, were the truth at most *limit*.

    It is 1 - confidence at the confidence whose lower bound is *limit*.
    """
    return _CHANCE[_method(estimate)](estimate, limit)


def _mirrored(estimate: Estimate) -> tuple[Estimate, float]:
    """Return the estimate of what is left of 1, or of the negative; and what both add up to."""
    whole = 0.0 if estimate.interval == MEAN else 1.0
    return replace(estimate, value=whole - estimate.value), whole


def _method(estimate: Estimate) -> str:
    inner = 0 < estimate.value < 1 and estimate.standard_error > 0
    if estimate.interval == AUC and not (estimate.size >= MANY and inner):
        return SHARE
    return estimate.interval


def _mean(estimate: Estimate, confidence: float) -> float:
    distance = student.quantile(confidence, estimate.size - 1) * estimate.standard_error
    return estimate.value - distance


def _share(estimate: Estimate, confidence: float) -> float:
    return share_lower_bound(estimate.value * estimate.size, estimate.size, confidence)


def _logit(estimate: Estimate, confidence: float) -> float:
    z = NormalDist().inv_cdf(confidence)
    return (1 + math.tanh((_log_odds(estimate.value) - z * _logit_error(estimate)) / 2)) / 2


_LOWER: Mapping[str, Callable[[Estimate, float], float]] = {
    MEAN: _mean,
    SHARE: _share,
    AUC: _logit,
}


def _mean_chance(estimate: Estimate, limit: float) -> float:
    above = estimate.value - limit
    if estimate.standard_error == 0:
        return float(above <= 0)
    return student.tail(above / estimate.standard_error, estimate.size - 1)


def _share_chance(estimate: Estimate, limit: float) -> float:
    hits = estimate.value * estimate.size
    return 1.0 if hits == 0 else incomplete_beta(limit, hits, estimate.size - hits + 1)


def _logit_chance(estimate: Estimate, limit: float) -> float:
    if not 0 < limit < 1:
        return float(limit >= 1)
    z = (_log_odds(estimate.value) - _log_odds(limit)) / _logit_error(estimate)
    return math.erfc(z / math.sqrt(2)) / 2


_CHANCE: Mapping[str, Callable[[Estimate, float], float]] = {
    MEAN: _mean_chance,
    SHARE: _share_chance,
    AUC: _logit_chance,
}


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def _logit_error(estimate: Estimate) -> float:
    """Return the standard error of the logit, by the delta method."""
    return estimate.standard_error / (estimate.value * (1 - estimate.value))
