"""What has a series been up to an origin, and in the same part of its seasons?

Nothing here reaches past the origin: whoever asks here cannot look ahead.
"""

from __future__ import annotations

import numpy as np

from pipelines.measure.panel import Panel

Array = np.ndarray


def history(panel: Panel, origins: Array, reach: int) -> Array:
    """Return the values up to each origin, the latest first: one row each, *reach* columns.

    NaN where the series had not begun.
    """
    entry = origins[:, None] - np.arange(reach)
    began = panel.bounds[panel.series[origins]]
    return np.where(entry >= began[:, None], panel.value[np.maximum(entry, 0)], np.nan)


def in_season(past: Array, steps: Array, season: int, seasons: int) -> Array:
    """Return each step's values of the last *seasons*, the latest first: origin, step, season."""
    back = -(-steps // season) * season - steps
    return past[:, back[:, None] + season * np.arange(seasons)]


def mean(values: Array, axis: int | tuple[int, ...] = -1) -> Array:
    """Return the mean over *axis* of what is there; NaN where nothing is."""
    there = ~np.isnan(values)
    total = np.where(there, values, 0.0).sum(axis=axis)
    count = there.sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def deviation(values: Array) -> Array:
    """Return the standard deviation over the last axis of what is there."""
    return np.asarray(np.sqrt(mean((values - mean(values)[..., None]) ** 2)))


def first(values: Array) -> Array:
    """Return the first of the last axis that is there; NaN where none is."""
    place = (~np.isnan(values)).argmax(axis=-1)
    return np.take_along_axis(values, place[..., None], axis=-1)[..., 0]
