"""How sure is an AUC, and the difference of two? DeLong's method in the form of Sun and Xu.

DeLong, DeLong, Clarke-Pearson (1988), Biometrics 44; Sun and Xu (2014), IEEE SPL 21 (midranks).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Auc:
    """The area under the ROC curve and what its variance is made of."""

    value: float
    of_positives: np.ndarray
    """Per positive row: the share of negatives that it beats."""
    of_negatives: np.ndarray
    """Per negative row: the share of positives that it loses to."""

    @property
    def standard_error(self) -> float:
        """Return the standard error of *value*."""
        return math.sqrt(_variance(self.of_positives, self.of_negatives))


@dataclass(frozen=True)
class Difference:
    """Challenger minus champion, on the same rows."""

    value: float
    standard_error: float


def auc(label: np.ndarray, score: np.ndarray) -> Auc:
    """Return the AUC of *score*; a tie counts half. Each class needs two rows."""
    positive = label.astype(bool)
    yes, no = score[positive], score[~positive]
    if min(len(yes), len(no)) < 2:  # noqa: PLR2004 - a variance needs two
        raise ValueError(f"{len(yes)} positive and {len(no)} negative rows; each needs two")
    ranks = midranks(score)
    of_positives = (ranks[positive] - midranks(yes)) / len(no)
    of_negatives = 1 - (ranks[~positive] - midranks(no)) / len(yes)
    return Auc(float(of_positives.mean()), of_positives, of_negatives)


def area(label: np.ndarray, score: np.ndarray) -> float:
    """Return the AUC of *score* alone; a tie counts half. Each class needs a row."""
    positive = label.astype(bool)
    yes, no = int(positive.sum()), int((~positive).sum())
    return float((midranks(score)[positive].sum() - yes * (yes + 1) / 2) / (yes * no))


def difference(challenger: Auc, champion: Auc) -> Difference:
    """Compare two AUCs measured on the same rows in the same order, with their covariance."""
    variance = _variance(
        challenger.of_positives - champion.of_positives,
        challenger.of_negatives - champion.of_negatives,
    )
    return Difference(challenger.value - champion.value, math.sqrt(variance))


def midranks(values: np.ndarray) -> np.ndarray:
    """Return ranks from 1; equal values share the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse])


def _variance(of_positives: np.ndarray, of_negatives: np.ndarray) -> float:
    positives, negatives = len(of_positives), len(of_negatives)
    return float(of_positives.var(ddof=1) / positives + of_negatives.var(ddof=1) / negatives)
