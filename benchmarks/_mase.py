"""How far off are many forecasts, against what repeating the last season would have been?

One loss for each origin and step: the absolute error over the in-sample error of the seasonal naive
forecast of its series (MASE).
"""

from __future__ import annotations

import numpy as np

from factory.errors import Refused
from pipelines.measure.history import mean
from pipelines.measure.panel import Panel

Array = np.ndarray


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


def losses(actual: Array, forecast: Array, scale: Array) -> Array:
    """Return the scaled absolute error of each origin and step; *scale* has one for each origin."""
    return np.asarray(np.abs(actual - forecast) / scale[:, None])


def paired(loss: Array, other: Array) -> tuple[Array, Array]:
    """Return two forecasts' losses of the same targets, where both are there."""
    either = np.isnan(loss) | np.isnan(other)
    return np.where(either, np.nan, loss), np.where(either, np.nan, other)


def mean_of(loss: Array) -> float:
    """Return the mean of the losses that are there; NaN where none is."""
    return float(mean(loss, axis=(0, 1)))
