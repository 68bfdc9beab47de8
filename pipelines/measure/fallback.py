"""Which series does repeating the last season answer no worse than what was learned?

Found on held-out origins of training, so that the test has no say in it. A series without any is
answered by the last season too: nothing shows that it has been learned. One that training has not
seen is answered by what was learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from factory.errors import Refused
from pipelines.measure import conformal, mase
from pipelines.measure.lags import Frame
from pipelines.measure.panel import Panel

Array = np.ndarray


def settled(
    panel: Panel, frame: Frame, rows: Array, said: Array, coverage: float
) -> dict[str, Any]:
    """Return the series that the last season answers, and how far its intervals reach.

    *rows* of *frame* are held out and have a value; *said* is what was learned says of them, in the
    frame's units. The reach comes from errors of these series, or of all where these are too few.
    """
    actual, repeated = panel.value[frame.entry], last_season(panel, frame)
    learned = np.abs(actual - frame.unscaled(_spread(rows, said, len(actual))))[rows]
    naive = np.abs(actual - repeated)[rows]
    series = panel.series[frame.entry]
    count = len(panel.keys)
    total, other = (np.bincount(series[rows], each, minlength=count) for each in (learned, naive))
    fallback = ~(total < other)
    error = np.full(len(actual), np.nan)
    error[rows] = (frame.scaled(actual) - frame.scaled(repeated))[rows]
    low, high = _reach(frame, error, fallback[series], panel.layout.horizon, coverage)
    names = [list(panel.keys[place]) for place in np.flatnonzero(fallback).tolist()]
    return {"series": names, "low": low.tolist(), "high": high.tolist()}


def answered(
    panel: Panel, frame: Frame, settings: Mapping[str, Any], said: Sequence[Array]
) -> list[Array]:
    """Return value, low and high of each row; what is *said* gives way where a series falls back.

    *settings* are what `settled` has returned.
    """
    named = {tuple(levels) for levels in settings["series"]}
    there = np.array([key in named for key in panel.keys], bool)[panel.series[frame.entry]]
    value, at = last_season(panel, frame), frame.step - 1
    ends = (value + np.array(settings[side])[at] * frame.scale for side in ("low", "high"))
    return [np.where(there, new, old) for new, old in zip((value, *ends), said, strict=True)]


def last_season(panel: Panel, frame: Frame) -> Array:
    """Return what repeating the last season says of each row."""
    found = mase.seasonal_naive(panel, frame.origins)
    return np.asarray(found[frame.asked, frame.step - 1])


def _spread(rows: Array, values: Array, count: int) -> Array:
    found = np.full(count, np.nan)
    found[rows] = values
    return found


def _reach(
    frame: Frame, error: Array, own: Array, horizon: int, coverage: float
) -> tuple[Array, Array]:
    """Return the offsets of the ends, between which the value itself always lies."""
    try:
        found = conformal.offsets(frame.table(np.where(own, error, np.nan), horizon), coverage)
    except Refused:
        found = conformal.offsets(frame.table(error, horizon), coverage)
    return np.minimum(found[0], 0.0), np.maximum(found[1], 0.0)
