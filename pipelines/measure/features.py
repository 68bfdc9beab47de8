"""Which columns does an estimator see? A data frame, made in the same way for a row or a million.

Types are fixed: numbers are float64, categories have training's levels, times are datetime64. What
an estimator does not take is encoded; each recipe says what it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from factory import values

NUMBER, CATEGORY, TIME = "number", "category", "time"
PARTS = ("year", "month", "day", "weekday", "hour")
"""Into what a time is decomposed where the estimator takes none.

The time itself is none of them: no later one is like it, and trees learn single days by heart. On
`data/beijing`, with the last year held out, they err by 133 with it and by 46 without."""

Kinds = Mapping[str, Mapping[str, Any]]
"""By column its `kind` and `type`; a category's `levels`; `fill`, what stands for a missing number
where the estimator takes none; and whether it is `encoded`."""


def frame(columns: Mapping[str, Sequence[values.Value]], kinds: Kinds) -> pd.DataFrame:
    """Return the data frame of canonical *columns*, in the order of *kinds*.

    A level that training has not seen is missing, as a blank is.
    """
    found: dict[str, Any] = {}
    for name, kind in kinds.items():
        found |= _column(name, columns[name], kind)
    return pd.DataFrame(found)


def _column(name: str, found: Sequence[Any], kind: Mapping[str, Any]) -> dict[str, Any]:
    if kind["kind"] == NUMBER:
        return dict(_filled(name, np.array([values.number(v) for v in found], float), kind))
    if kind["kind"] == TIME:
        times = np.array([None if v is None else v for v in found], "datetime64[us]")
        return dict(_parts(name, times, kind)) if kind.get("encoded") else {name: times}
    codes = {level: code for code, level in enumerate(kind["levels"])}
    places = np.array([codes.get(level, -1) for level in found], int)
    if kind.get("encoded"):
        return {f"{name}={level}": (places == code) * 1.0 for level, code in codes.items()}
    return {name: pd.Categorical.from_codes(places, kind["levels"])}


def _filled(
    name: str, found: np.ndarray, kind: Mapping[str, Any]
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield a number; with a `fill` also whether it was missing."""
    if "fill" not in kind:
        yield name, found
        return
    missing = np.isnan(found)
    yield name, np.where(missing, kind["fill"], found)
    yield f"{name} is missing", missing * 1.0


def _parts(
    name: str, times: np.ndarray, kind: Mapping[str, Any]
) -> Iterator[tuple[str, np.ndarray]]:
    index = pd.DatetimeIndex(times)
    parts = [index.year, index.month, index.day, index.weekday, index.hour]
    for part, found in zip(PARTS, parts, strict=True):
        numbers = np.where(index.isna(), np.nan, np.asarray(found, float))
        fill = {"fill": kind["fill"][part]} if "fill" in kind else {}
        yield from _filled(f"{name}.{part}", numbers, fill)
