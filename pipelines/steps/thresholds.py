"""From which score on is a row selected, in which group?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from pipelines.steps.inference import OTHER

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


def _large(values: Sequence[str], least: int) -> list[str]:
    return sorted(level for level, rows in Counter(values).items() if rows >= least and level)


def _groups(members: Sequence[tuple[str, ...]]) -> list[tuple[tuple[str, ...], int, np.ndarray]]:
    rows: dict[tuple[str, ...], list[int]] = {}
    for row, group in enumerate(members):
        rows.setdefault(group, []).append(row)
    return [(group, len(rows[group]), np.array(rows[group])) for group in sorted(rows)]


def _threshold(scores: np.ndarray, rate: float) -> float:
    return float(np.quantile(scores, 1 - rate, method="midpoint"))
