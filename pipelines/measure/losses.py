"""What does each answer cost? One loss per row, by kind of answer; less is better.

What is no answer at all (a probability of 2, fewer than no claims) raises ValueError: some losses
would call it the best.
"""

from __future__ import annotations

import numpy as np

LEAST = 1e-15  # a probability or an expectation below it costs as much as this one


def absolute(value: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Return how far each answer is off, in the label's unit."""
    return np.asarray(np.abs(_alike(value, answer) - value))


def squared(value: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Return the square of how far each answer is off; of the mean, the root is the RMSE."""
    return np.asarray(np.square(_alike(value, answer) - value))


def brier(label: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return the squared error of the probability of the positive class; *label* is 0 or 1."""
    given = _shares(_alike(_classes(label), probability))
    return np.asarray(np.square(given - label))


def log_loss(label: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return minus the log of the probability that each row's own class was given, in nats.

    *probability* is that of the positive class; *label* is 0 or 1.
    """
    positive = _shares(_alike(_classes(label), probability))
    given = np.where(label.astype(bool), positive, 1 - positive)
    return np.asarray(-np.log(np.maximum(given, LEAST)))


def poisson_deviance(
    count: np.ndarray, expected: np.ndarray, exposure: np.ndarray | None = None
) -> np.ndarray:
    """Return the deviance of counts under a Poisson distribution with means *expected*.

    With *exposure*, above 0, it is per unit of exposure, as of rates (McCullagh and Nelder 1989):
    weigh by exposure what is averaged.
    """
    if (_alike(count, expected) < 0).any() or (count < 0).any():
        raise ValueError("a count or an expectation is below 0")
    mean = np.maximum(expected, LEAST)
    logs = np.log(np.where(count > 0, count, mean) / mean)
    found = 2 * (count * logs - (count - mean))
    return np.asarray(found if exposure is None else found / _positive(_alike(count, exposure)))


def _classes(label: np.ndarray) -> np.ndarray:
    wrong = ~np.isin(label, (0, 1))
    if wrong.any():
        raise ValueError(f"{wrong.sum()} of {wrong.size} labels are neither 0 nor 1")
    return label


def _alike(value: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Return *answer*, which has one finite number per row, as *value* has."""
    if value.ndim != 1 or value.shape != answer.shape:
        raise ValueError(f"{answer.shape} answers do not match {value.shape} rows")
    return _finite(answer)


def _shares(probability: np.ndarray) -> np.ndarray:
    wrong = (_finite(probability) < 0) | (probability > 1)
    if wrong.any():
        raise ValueError(f"{wrong.sum()} of {wrong.size} probabilities are not in 0 to 1")
    return probability


def _positive(exposure: np.ndarray) -> np.ndarray:
    if (exposure <= 0).any():
        raise ValueError(f"{(exposure <= 0).sum()} of {len(exposure)} exposures are not above 0")
    return exposure


def _finite(answer: np.ndarray) -> np.ndarray:
    wrong = ~np.isfinite(answer)
    if wrong.any():
        raise ValueError(f"{wrong.sum()} of {wrong.size} answers are not finite numbers")
    return answer
