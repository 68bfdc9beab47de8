"""From which moments is a forecast made: to learn from, to set intervals by, and to be judged on?

Rolling origins (Tashman 2000, Int. J. Forecasting 16): the model is fitted once, before the first
of the test, and no value that it learned from lies after that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from factory.errors import Refused
from pipelines.measure.panel import Panel
from pipelines.measure.time_grid import Step

Array = np.ndarray
FEWEST = 12  # test origins: with fewer no interval holds
HELD_OUT = 4  # one of so many parts of the time before the test sets the intervals
MOST_ROWS = 400_000  # to learn from, while that leaves one origin a horizon


@dataclass(frozen=True)
class Origins:
    """The numbers of the steps that are origins: see `Step.numbers`."""

    fit: Array
    """Their targets are what the model learns."""
    held_out: Array
    """Their targets come after those of *fit* and set the intervals."""
    test: Array
    """One horizon apart, so that no two share a target; the last target is the last step."""


def origins(
    numbers: Array, horizon: int, step: Step, count: int = FEWEST, series: int = 1
) -> Origins:
    """Divide the time that the steps with these *numbers* cover, of so many *series*.

    Refused where *count* is under `FEWEST`, or the time is too short for so many.
    """
    if count < FEWEST:
        raise Refused(f"{count} test origins carry no interval; ask for at least {FEWEST}")
    first, last = int(numbers.min()), int(numbers.max())
    there, needed = last - first + 1, fewest_steps(horizon, step, count)
    if there < needed:
        raise Refused(
            f"{there} steps of one {step.name} are too few: {count} test origins of {horizon} "
            f"steps, {HELD_OUT} horizons before them to learn from and a season of {step.season} "
            f"to look back on take {needed}; land {needed - there} more, or shorten the horizon"
        )
    test = last - horizon * np.arange(count, 0, -1)
    fit, held_out = _learning(first, int(test[0]), horizon, step, series)
    return Origins(fit=fit, held_out=held_out, test=test)


def learning(numbers: Array, horizon: int, step: Step, series: int = 1) -> tuple[Array, Array]:
    """Return the origins to learn from, and those that set intervals, of what may be learned.

    The last step with one of *numbers* is the first test origin.
    """
    return _learning(int(numbers.min()), int(numbers.max()), horizon, step, series)


def _learning(first: int, last: int, horizon: int, step: Step, series: int) -> tuple[Array, Array]:
    begin, end = first + step.season - 1, last - horizon  # the first and last that may be
    boundary = end - (end - begin + 1) // HELD_OUT
    apart = stride(boundary - begin, horizon, step, series)
    fit = np.arange(boundary - horizon, begin - 1, -apart)[::-1]
    return fit, np.arange(end, boundary - 1, -apart)[::-1]


def fewest_steps(horizon: int, step: Step, count: int = FEWEST) -> int:
    """Return how many steps `origins` needs at least."""
    return count * horizon + step.season + HELD_OUT * horizon + 1


def stride(span: int, horizon: int, step: Step, series: int) -> int:
    """Return how many steps apart origins are in a *span*, to learn from all phases of the season.

    An origin every seven days would be a Monday each time, and its third step a Thursday.
    """
    wanted = span * horizon * series / MOST_ROWS
    free = [s for s in range(1, horizon + 1) if math.gcd(s, step.season) == 1]
    return next((s for s in free if s >= wanted), free[-1])


def entries(panel: Panel, numbers: Array) -> Array:
    """Return the panel's entries at these origins, of each series that can answer from there.

    It has a season of rows up to the origin, and a row after it.
    """
    begin, end = panel.bounds[:-1, None], panel.bounds[1:, None]
    entry = begin + np.asarray(numbers) - panel.numbers[panel.bounds[:-1], None]
    season = panel.layout.step.season
    return np.asarray(entry[(entry >= begin + season - 1) & (entry + 1 < end)])
