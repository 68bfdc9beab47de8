"""What is the mean, the AUC or the share, and how sure is it? From arrays to evidence.

Each function returns the plain JSON that `factory.gates.estimates.of` reads. What cannot be
measured, since there are too few rows or a loss is no number, raises ValueError.
"""

from __future__ import annotations

import math

import numpy as np

from pipelines.measure import delong

Section = dict[str, str | int | float]
TIE = 1e-12  # losses that are closer are equal
PLACES = 6  # after the point, to which a sum of shares is exact
MEASURABLE = 2  # units, below which nothing says how they vary


def mean(losses: np.ndarray, weights: np.ndarray | None = None) -> Section:
    """Return the mean of one loss per unit; with *weights*, the weighted mean.

    Its error is then that of a ratio estimator by linearisation (Cochran 1977, 6.4), each term
    over the part of its variance that is left beside the mean: unbiased where losses vary alike,
    and the usual error where weights are equal. The units are as many as tell as much: the square
    of the weights' sum over the sum of their squares (Kish 1965), rounded down.
    """
    weight = _weights(losses, weights)
    value = float(weight @ losses)
    left = 1 - 2 * weight + np.square(weight).sum()
    variance = float((np.square(weight * (losses - value)) / left).sum())
    return {
        "interval": "mean",
        "value": value,
        "standard_error": math.sqrt(variance),
        "units": _effective(weight),
    }


def difference(
    losses: np.ndarray, others: np.ndarray, weights: np.ndarray | None = None
) -> Section:
    """Return how much less is lost than by the *others*, unit by unit; above 0 is better.

    `better` and `worse` count the units that lose less and more. With *weights* they are those
    shares of the weight, of the units of `mean`: `better` rounded down, `worse` up.
    """
    gain = _finite(others) - _finite(losses)
    found, weight = mean(gain, weights), _weights(gain, weights)
    units = int(found["units"])
    better = math.floor(round(units * float(weight[gain > TIE].sum()), PLACES))
    worse = math.ceil(round(units * float(weight[gain < -TIE].sum()), PLACES))
    return found | {"better": better, "worse": min(worse, units - better)}


def auc(label: np.ndarray, score: np.ndarray) -> Section:
    """Return the AUC of *score* with DeLong's error; *label* is 0 or 1."""
    found = delong.auc(label, _finite(score))
    return {
        "interval": "auc",
        "value": found.value,
        "standard_error": found.standard_error,
        **_classes(found),
    }


def auc_difference(label: np.ndarray, score: np.ndarray, other: np.ndarray) -> Section:
    """Return by how much the AUC of *score* is above that of *other*, on the same rows."""
    one = delong.auc(label, _finite(score))
    found = delong.difference(one, delong.auc(label, _finite(other)))
    return {
        "interval": "mean",
        "value": found.value,
        "standard_error": found.standard_error,
        **_classes(one),
    }


def average_precision(label: np.ndarray, score: np.ndarray) -> Section:
    """Return the mean precision at which each positive row is found; *label* is 0 or 1.

    Rows of one score are found together. Its error is that of a share of as many rows as are
    positive, on the logit (Boyd, Eng and Page 2013, ECML, 3.2). Simulated with 30 to 400 positive
    rows, of which 0.5 to 70 % are, its lower 95 % bound covered 90 to 100 %.
    """
    order = np.argsort(-_finite(score), kind="stable")
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, [True]))
    found = np.cumsum(label[order])[last]
    value = float(np.diff(found, prepend=0) @ (found / (last + 1)) / found[-1])
    positives = int(found[-1])
    return {
        "interval": "auc",
        "value": value,
        "standard_error": math.sqrt(value * (1 - value) / positives),
        "units": len(label),
        "smaller": min(positives, len(label) - positives),
    }


def share(hits: np.ndarray) -> Section:
    """Return how many of the rows are hits; *hits* is true or false, or 1 or 0."""
    return {"interval": "share", "hits": int(hits.astype(bool).sum()), "units": len(hits)}


def share_by_unit(hits: np.ndarray, units: np.ndarray) -> Section:
    """Return the share of rows that are hits, and of how many independent rows it tells as much.

    These are p(1 - p) over the variance between units (Korn and Graubard 1998), rounded down; as
    many as there are units where they do not vary. Raises ValueError for fewer than two units.
    """
    _, codes = np.unique(units, return_inverse=True)
    rows = np.bincount(codes)
    if len(rows) < MEASURABLE:
        raise ValueError(f"{len(rows)} units do not tell how they vary; {MEASURABLE} do")
    value = float(hits.mean())
    off = np.bincount(codes, weights=hits - value)  # by the rows of each unit
    variance = float(np.square(off).sum()) * len(rows) / (len(rows) - 1) / len(hits) ** 2
    free = value * (1 - value) / variance if variance > 0 else len(rows)
    effective = max(MEASURABLE, min(math.floor(free), len(hits)))
    return {"interval": "share", "hits": math.floor(value * effective), "units": effective}


def by_unit(losses: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return the mean loss of each unit, in the order of their codes.

    Rows of one query or origin share what they lose; only units are drawn independently.
    """
    _, codes = np.unique(units, return_inverse=True)
    return np.asarray(np.bincount(codes, weights=_finite(losses)) / np.bincount(codes))


def _classes(found: delong.Auc) -> dict[str, int]:
    positives, negatives = len(found.of_positives), len(found.of_negatives)
    return {"units": positives + negatives, "smaller": min(positives, negatives)}


def _weights(losses: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Return the share of the weight that each of the *losses* has."""
    found = np.ones(len(_finite(losses))) if weights is None else _finite(weights)
    if found.shape != losses.shape or (found < 0).any():
        raise ValueError(f"the weights are not {len(losses)} numbers, 0 or more")
    if _effective(found) < MEASURABLE:
        raise ValueError(f"{_effective(found)} units do not tell how they vary; {MEASURABLE} do")
    return np.asarray(found / found.sum())


def _effective(weight: np.ndarray) -> int:
    squares = float(np.square(weight).sum())
    return math.floor(round(float(weight.sum()) ** 2 / squares, PLACES)) if squares else 0


def _finite(values: np.ndarray) -> np.ndarray:
    wrong = ~np.isfinite(values)
    if values.ndim != 1 or wrong.any():
        raise ValueError(f"{wrong.sum()} of {values.shape} values are not finite numbers in a row")
    return values
