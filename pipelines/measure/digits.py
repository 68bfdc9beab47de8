"""How exact is an answer? As exact as it is compared when the same is asked again."""

from __future__ import annotations

import numpy as np

DIGITS = 6  # of a score after the point: no machine's sums differ there


def ranked(score: np.ndarray) -> np.ndarray:
    """Return scores as exact as they are compared when they are asked again.

    What is closer may be told in any order in service, so that it must not rank in an exam.
    """
    with np.errstate(over="ignore"):
        rounded = np.round(score, DIGITS)
    return np.where(np.isfinite(rounded), rounded, score)
