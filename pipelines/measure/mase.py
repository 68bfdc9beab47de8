"""How far off is a forecast, against what repeating the last season would have been?

Losses are absolute errors over the in-sample error of the seasonal naive forecast of their series
(MASE: Hyndman and Koehler 2006, Int. J. Forecasting 22), one for each origin and step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from factory.errors import Refused
from pipelines.measure.history import first, history, in_season, mean
from pipelines.measure.panel import Panel

Array = np.ndarray
ROUNDING = 1e-9  # of the values: a smaller error is none


def steps_after(panel: Panel, origins: Array, values: Array) -> Array:
    """Return *values*, one for each entry, of the steps after each origin; NaN past the end."""
    entry = origins[:, None] + np.arange(1, panel.layout.horizon + 1)
    end = panel.bounds[1:][panel.series[origins]]
    return np.where(entry < end[:, None], values[np.minimum(entry, len(values) - 1)], np.nan)


def finite(forecast: Array) -> Array:
    """Return *forecast*; refused where a step has no answer: it would be left out of every mean."""
    if wrong := int((~np.isfinite(forecast)).sum()):
        raise Refused(
            f"{wrong} of {forecast.size} forecasts are not finite numbers; let the recipe's "
            "estimator answer every row"
        )
    return forecast


def seasonal_naive(panel: Panel, origins: Array) -> Array:
    """Return what the last season up to each origin says of the steps after it.

    Where its value is missing, the season before is asked, and at last the latest value there is.
    """
    step, steps = panel.layout.step, np.arange(1, panel.layout.horizon + 1)
    past = history(panel, origins, max(step.reach, step.season * 2))
    same = in_season(past, steps, step.season, past.shape[1] // step.season)
    found = first(same)
    return np.where(np.isnan(found), first(past)[:, None], found)


def scales(panel: Panel, until: int) -> Array:
    """Return each series' mean error of the seasonal naive forecast, up to step *until* of all.

    NaN where it is nothing or unknown: such a series has no MASE.
    """
    season, series = panel.layout.step.season, panel.series
    if len(series) <= season:
        return np.full(len(panel.keys), np.nan)
    value = np.where(panel.numbers <= until, panel.value, np.nan)
    error = np.abs(value[season:] - value[:-season])
    used = (series[season:] == series[:-season]) & ~np.isnan(error)
    count = np.bincount(series[season:][used], minlength=len(panel.keys))
    total = np.bincount(series[season:][used], error[used], minlength=len(panel.keys))
    scale = total / np.maximum(count, 1)
    size = np.fmax.reduceat(np.abs(value), panel.bounds[:-1])
    return np.where(scale > ROUNDING * size, scale, np.nan)


def losses(actual: Array, forecast: Array, scale: Array) -> Array:
    """Return the scaled absolute error of each origin and step; *scale* has one for each origin."""
    return np.asarray(np.abs(actual - forecast) / scale[:, None])


def paired(loss: Array, other: Array) -> tuple[Array, Array]:
    """Return two forecasts' losses of the same targets, where both are there."""
    either = np.isnan(loss) | np.isnan(other)
    return np.where(either, np.nan, loss), np.where(either, np.nan, other)


def mase(loss: Array) -> float:
    """Return the mean of the losses that are there; NaN where none is."""
    return float(mean(loss, axis=(0, 1)))


def by_origin(loss: Array, numbers: Array) -> Array:
    """Return the mean loss of each origin over steps and series: the units of an interval.

    *numbers* tells the step of each row's origin; a moment without any loss is left out.
    """
    _, moment = np.unique(numbers, return_inverse=True)
    there = ~np.isnan(loss)
    total = np.bincount(moment, np.where(there, loss, 0.0).sum(axis=1))
    count = np.bincount(moment, there.sum(axis=1))
    return np.asarray(total[count > 0] / count[count > 0])


def by_member(loss: Array, series: Array, members: int) -> list[Array]:
    """Return each member's mean loss by origin, in their order; none where it lacks data."""
    each = mean(loss, axis=1)
    return [own[~np.isnan(own)] for own in (each[series == member] for member in range(members))]


def by_step(**measured: Array) -> list[dict[str, Any]]:
    """Return a table by step of what was *measured* for each origin and step: its mean."""
    means = {name: mean(np.asarray(found, float), axis=0) for name, found in measured.items()}
    rows = zip(*means.values(), strict=True)
    return [
        {"step": step, **dict(zip(means, map(_known, row), strict=True))}
        for step, row in enumerate(rows, 1)
    ]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
