"""From which score on is a row selected, in which group?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from factory import values
from factory.errors import Refused
from pipelines.measure.refusal import Unanswerable

OTHER = "(other)"
MOST_SHOWN = 20  # levels in the words of a refusal
LEVEL_ROWS = 2
"""A level of its own has this many times the rows the fairness gate asks for: the training split is
larger than the test split, and joint groups divide it further."""
GROUP_ROWS = 200
"""Below this a joint group's quantile is noise, and the threshold of all rows is better."""


def fit(
    scores: np.ndarray,
    rate: float,
    columns: Mapping[str, Sequence[str]],
    level_rows: int,
    fallback: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return thresholds that select the share *rate* of every joint group of *columns*.

    *scores* must come from models that have not seen the row. *columns* holds the level of each
    row for each protected attribute; levels with fewer than *level_rows* rows are pooled. Equal
    selection rates are demographic parity: they trade accuracy, and are not lawful everywhere.
    *fallback* names by attribute the level as which one that is not in *columns* is decided.
    """
    levels = {a: _large(values, level_rows) for a, values in columns.items()}
    pooled = [[v if v in levels[a] else OTHER for v in values] for a, values in columns.items()]
    members = list(zip(*pooled, strict=True)) if pooled else [()] * len(scores)
    return {
        "attributes": list(columns),
        "levels": levels,
        "known": {a: sorted(set(values)) for a, values in columns.items()},
        "fallback": dict(fallback),
        "default": _threshold(scores, rate),
        "rate": rate,
        "groups": [
            {"levels": list(group), "rows": rows, "threshold": _threshold(scores[chosen], rate)}
            for group, rows, chosen in _groups(members)
            if rows >= GROUP_ROWS or not group
        ],
    }


def cheapest(
    scores: np.ndarray, yes: np.ndarray, false_negative: float, false_positive: float
) -> float:
    """Return the share of rows, those of the highest *scores*, that costs least to select.

    *yes* is 1 or 0. Rows of one score are selected together; of two shares that cost as much, the
    smaller one is.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(0, np.flatnonzero(np.append(np.diff(scores[order]) != 0, [True])) + 1)
    found = np.append(0, np.cumsum(yes[order]))[last]
    cost = false_negative * (yes.sum() - found) + false_positive * (last - found)
    return float(last[cost.argmin()] / len(scores))


def _large(values: Sequence[str], least: int) -> list[str]:
    return sorted(level for level, rows in Counter(values).items() if rows >= least and level)


def _groups(members: Sequence[tuple[str, ...]]) -> list[tuple[tuple[str, ...], int, np.ndarray]]:
    rows: dict[tuple[str, ...], list[int]] = {}
    for row, group in enumerate(members):
        rows.setdefault(group, []).append(row)
    return [(group, len(rows[group]), np.array(rows[group])) for group in sorted(rows)]


def _threshold(scores: np.ndarray, rate: float) -> float:
    return float(np.quantile(scores, 1 - rate, method="midpoint"))


def fallback(declared: Mapping[str, str], groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the level as which an unknown one is decided, for each attribute that declares one."""
    found = {attribute: declared[attribute] for attribute in groups if attribute in declared}
    for attribute, level in found.items():
        if level not in groups[attribute]:
            raise Refused(
                f"gates.fairness.fallback: {attribute} {level!r} is no level of the rows to learn "
                "from; name one of theirs in its canonical form: true, 3, 0.5"
            )
    return found


def of(columns: Mapping[str, Sequence[Any]], fitted: Mapping[str, Any], rows: int) -> np.ndarray:
    """Return the threshold of each of *rows*' groups; a group without one has the default.

    *columns* are canonical. A level that training has not seen is the spec's fallback, where it
    declares one; else it is refused: nobody is decided by another threshold silently.
    """
    table = {tuple(g["levels"]): g["threshold"] for g in fitted["groups"]}
    names = [_known_levels(a, columns[a], fitted) for a in fitted["attributes"]]
    groups = zip(*names, strict=True) if names else [()] * rows
    return np.array([table.get(g, fitted["default"]) for g in groups], float)


def _known_levels(name: str, found: Sequence[Any], fitted: Mapping[str, Any]) -> list[str]:
    known, large = set(fitted["known"][name]), set(fitted["levels"][name])
    fallback = fitted.get("fallback", {}).get(name)
    levels = []
    for row, level in enumerate(map(values.text, found), 1):
        if level not in known and fallback is None:
            raise Unanswerable(
                f"row {row}: {name} decides which threshold holds, and training has not seen this "
                f"level of it; send {_some(large, known)}"
            )
        taken = level if level in known else fallback
        levels.append(taken if taken in large else OTHER)
    return levels


def _some(large: set[str], known: set[str]) -> str:
    """Return levels that many rows of training share: a rare one may be one person's."""
    shown = [repr(level) for level in sorted(large)[:MOST_SHOWN]]
    more = ["or another that it has seen"] if known - set(sorted(large)[:MOST_SHOWN]) else []
    return ", ".join([*shown, *more])
