"""Which series do the rows of a table hold, each step after step?

A panel's arrays have one entry for each row, series after series and in time order: a series is a
stretch of them, and one step back is one entry back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from factory import values
from factory.errors import Refused
from pipelines.measure.time_grid import Step

Array = np.ndarray
Columns = Mapping[str, Sequence[Any] | Array]
NUMBERS = "biuf"  # numpy's kinds of dtype that are numbers


@dataclass(frozen=True)
class Layout:
    """What the columns of a forecast's rows are."""

    series: tuple[str, ...]
    """The columns that tell series apart; none where there is one series."""
    time: str
    value: str
    step: Step
    horizon: int
    """Steps that are forecast at once."""
    known: tuple[str, ...] = ()
    """Columns whose values are known before their time comes."""


@dataclass(frozen=True)
class Panel:
    """Series whose rows are one step apart."""

    layout: Layout
    keys: list[tuple[str, ...]]
    """The levels of the series columns, for each series."""
    bounds: Array
    """Where each series begins, and the count of rows: series *s* is bounds[s] to bounds[s + 1]."""
    row: Array
    """Which row of the table each entry was."""
    times: Array
    """As ``datetime64[us]``."""
    numbers: Array
    """The number of each entry's step: see `Step.numbers`."""
    value: Array
    """NaN where it is missing or not yet known."""
    known: Mapping[str, Array]
    """The columns of `Layout.known`: floats, or texts and None."""

    @property
    def series(self) -> Array:
        """Return the number of each entry's series."""
        return np.repeat(np.arange(len(self.keys)), np.diff(self.bounds))

    def name(self, series: int) -> str:
        """Return the words that tell a series from the others."""
        return named(self.layout, self.keys[series])


def read(columns: Columns, layout: Layout) -> Panel:
    """Return the series that the rows of *columns* hold, in whatever order they are.

    Refused where a series has a time twice, or a row that is not one step after the one before it.
    """
    keys, series = _keyed(columns, layout)
    times = np.asarray(columns[layout.time], dtype="datetime64[us]")
    if np.isnat(times).any():
        raise Refused(
            f"{layout.time} is empty in {np.isnat(times).sum()} rows; fill it or drop them"
        )
    numbers = layout.step.numbers(times)
    row = np.lexsort((times, series))
    panel = Panel(
        layout=layout,
        keys=keys,
        bounds=np.searchsorted(series[row], np.arange(len(keys) + 1)),
        row=row,
        times=times[row],
        numbers=numbers[row],
        value=_floats(columns[layout.value])[row],
        known={name: known_values(columns[name])[row] for name in layout.known},
    )
    _regular(panel)
    return panel


def named(layout: Layout, key: Iterable[str]) -> str:
    """Return the words for the series that has *key*."""
    parts = [
        f"{column} {level[: values.SHOWN]!r}"
        for column, level in zip(layout.series, key, strict=True)
    ]
    return f"series {', '.join(parts)}" if parts else "the series"


def known_values(column: Sequence[Any] | Array) -> Array:
    """Return a column as floats, or as texts and None where any of its values is a text."""
    found = np.asarray(column, dtype=None if isinstance(column, np.ndarray) else object)
    if found.dtype.kind in NUMBERS or not any(isinstance(v, str) for v in found.tolist()):
        return _floats(found)
    return found.astype(object)


def _keyed(columns: Columns, layout: Layout) -> tuple[list[tuple[str, ...]], Array]:
    """Return the key of each series, and the series of each row."""
    seen = dict[tuple[Any, ...], int]()
    raw = [_plain(columns[name]) for name in layout.series]
    rows = zip(*raw, strict=True) if raw else [()] * len(columns[layout.time])
    series = np.array([seen.setdefault(key, len(seen)) for key in rows], dtype=np.int64)
    return [tuple(map(values.text, key)) for key in seen], series


def _plain(column: Sequence[Any] | Array) -> list[Any]:
    return column.tolist() if isinstance(column, np.ndarray) else list(column)


def _floats(column: Sequence[Any] | Array) -> Array:
    return np.array(column, dtype=float)  # None becomes NaN


def _regular(panel: Panel) -> None:
    apart, step = np.diff(panel.numbers), panel.layout.step
    within = np.diff(panel.series) == 0
    shifted = np.diff(step.phases(panel.times)) != 0
    wrong = np.flatnonzero(within & ((apart != 1) | shifted))
    if not wrong.size:
        return
    at = int(wrong[0])
    name, before, after = panel.name(int(panel.series[at])), *map(str, _shown(panel, at))
    if panel.times[at] == panel.times[at + 1]:
        raise Refused(
            f"{name}: {panel.layout.time} {after} is there twice; keep one row for each {step.name}"
        )
    raise Refused(
        f"{name}: {panel.layout.time} {after} comes after {before} and is not one {step.name} "
        f"later; send one row for each {step.name}, with an empty value where it is not known"
    )


def _shown(panel: Panel, at: int) -> Array:
    return np.datetime_as_string(panel.times[at : at + 2], unit="s")
