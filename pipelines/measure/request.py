"""What does a request for forecasts ask, and can it be answered?

A request holds each series' recent history and, after it, the rows to forecast, with an empty
value and their known columns. So the endpoint remembers nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from factory.errors import Refused
from pipelines.measure import panel

Array = np.ndarray


def read(columns: panel.Columns, layout: panel.Layout) -> tuple[panel.Panel, Array]:
    """Return the series of a request and the origin of each: the last entry that has a value.

    Refused where a series has no row after it or more than the horizon, or too short a history, or
    where a row to forecast has a value in a column that is not declared known.
    """
    found = panel.read(columns, layout)
    there = ~np.isnan(found.value)
    origins = np.full(len(found.keys), -1)
    np.maximum.at(origins, found.series[there], np.flatnonzero(there))
    for series, origin in enumerate(origins.tolist()):
        _answerable(found, series, origin)
    _declared(columns, found, origins)
    return found, origins


def _answerable(asked: panel.Panel, series: int, origin: int) -> None:
    name, layout = asked.name(series), asked.layout
    begin, end = (int(bound) for bound in asked.bounds[series : series + 2])
    ahead = end - 1 - max(origin, begin - 1)
    last = np.datetime_as_string(asked.times[end - 1], unit="s")
    if origin < 0:
        raise Refused(f"{name}: {layout.value} is empty in all rows; send its recent history")
    if not ahead:
        raise Refused(
            f"{name}: its last row, {layout.time} {last}, has a {layout.value}; send after it the "
            f"rows to forecast, at most {layout.horizon}, with an empty {layout.value}"
        )
    if ahead > layout.horizon:
        raise Refused(
            f"{name}: {layout.value} is empty in its last {ahead} rows, which end at {layout.time} "
            f"{last}; the model forecasts {layout.horizon}: send later history, or fewer rows"
        )
    if origin - begin + 1 < layout.step.season:
        raise Refused(
            f"{name}: {origin - begin + 1} rows of history are too few; send at least "
            f"{layout.step.season}, and best {layout.step.reach}"
        )


def _declared(columns: panel.Columns, asked: panel.Panel, origins: Array) -> None:
    """Refuse a value that nobody can know yet, of a column that is not declared known."""
    layout = asked.layout
    declared = {*layout.series, layout.time, layout.value, *layout.known}
    entries = np.flatnonzero(np.arange(len(asked.row)) > origins[asked.series])
    for name in sorted(set(columns) - declared):
        there = _there(columns[name], asked.row[entries])
        if there.any():
            entry = int(entries[there][0])
            at = np.datetime_as_string(asked.times[entry], unit="s")
            raise Refused(
                f"{asked.name(int(asked.series[entry]))}: {name} has a value at {layout.time} "
                f"{at}, which is to be forecast; leave it empty there, or declare {name} in "
                "`known` of the task if it is known in advance"
            )


def _there(column: Sequence[object] | Array, rows: Array) -> Array:
    """Return which of the *rows* have a value: neither None nor NaN."""
    found = np.asarray(column, dtype=object)[rows]
    return np.array([value is not None and value == value for value in found])  # noqa: PLR0124 - NaN
