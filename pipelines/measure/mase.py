"""What does repeating the last season say, and how far off is it in training?

Errors of a forecast are counted in the in-sample error of the seasonal naive forecast of their
series (MASE: Hyndman and Koehler 2006, Int. J. Forecasting 22).
"""

from __future__ import annotations

import numpy as np

from pipelines.measure.history import first, history, in_season
from pipelines.measure.panel import Panel

Array = np.ndarray
ROUNDING = 1e-9  # of the values: a smaller error is none


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
