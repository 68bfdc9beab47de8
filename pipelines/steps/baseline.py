"""What did the training rows look like? The reference that later traffic is compared with.

The Gates step counts it from the rows themselves. It is as large for a column of free text as for
any other: what is counted by itself is bounded, whatever the rows hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.values import text
from pipelines.measure.features import NUMBER, TIME
from pipelines.steps import canonical
from pipelines.steps.columns import MOST_LEVELS

BINS = 32  # quantile bins of a number
MOST_BINS = 30_000
"""Of all columns together: the counts of a window of traffic are one item, of 400 KB at most."""
FEWEST = 4  # levels of a category, half as many bins of a number, however many columns there are
LONGEST = 256  # characters of a level that is counted by itself


def of(table: pa.Table, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return counts per bin or level of each feature.

    Bin i of a number holds edges[i] <= x < edges[i+1], the last also its upper edge. A category
    keeps its most frequent levels, as many as a model learns or fewer where there are many columns;
    `other` are the rows of all its other levels together.
    """
    most = max(FEWEST, min(MOST_LEVELS, MOST_BINS // max(1, len(columns))))
    return {
        "version": 3,
        "rows": table.num_rows,
        "columns": {
            name: {"type": column["type"]} | _counted(table.column(name), column["kind"], most)
            for name, column in columns.items()
        },
    }


def _counted(column: pa.ChunkedArray, kind: str, most: int) -> dict[str, Any]:
    if kind == NUMBER:
        return _number(column, min(BINS, most // 2))
    return _time(column) if kind == TIME else _category(column, most)


def _time(column: pa.ChunkedArray) -> dict[str, Any]:
    """Count what is missing: that time goes on is no drift."""
    cases = [text(value) for value in _cases(column)] if column.null_count < len(column) else []
    known = len(column) - column.null_count
    return {"kind": TIME, "nulls": column.null_count, "known": known, "cases": cases}


def _number(column: pa.ChunkedArray, bins: int) -> dict[str, Any]:
    known = canonical.floats(column.drop_null().combine_chunks()).to_numpy()
    known = known[np.isfinite(known)]
    summary: dict[str, Any] = {"kind": "number", "nulls": len(column) - len(known)}
    if not len(known):
        return summary | {"edges": [], "counts": []}
    edges = _edges(known, bins)
    counts = np.histogram(known, edges)[0]
    extremes = {"min": float(known.min()), "max": float(known.max()), "cases": _cases(column)}
    return summary | extremes | {"edges": edges.tolist(), "counts": counts.tolist()}


def _cases(column: pa.ChunkedArray) -> list[Any]:
    """Return the lowest value, one in the middle and the highest, as training had them."""
    ordered = column.drop_null().combine_chunks().sort()
    return [ordered[place].as_py() for place in (0, len(ordered) // 2, len(ordered) - 1)]


def _edges(known: np.ndarray, bins: int) -> np.ndarray:
    """Return quantiles; a value that is several of them gets a bin that holds nothing else."""
    quantiles = np.quantile(known, np.linspace(0, 1, bins + 1), method="lower")
    frequent = quantiles[1:][quantiles[1:] == quantiles[:-1]]
    return np.unique(np.concatenate([quantiles, np.nextafter(frequent, np.inf)]))


def _category(column: pa.ChunkedArray, most: int) -> dict[str, Any]:
    counts = pc.value_counts(column.drop_null()).to_pylist()
    short = (c for c in counts if len(c["values"]) <= LONGEST)
    kept = sorted(short, key=lambda c: (-c["counts"], c["values"]))[:most]
    levels = {c["values"]: c["counts"] for c in sorted(kept, key=lambda c: c["values"])}
    other = len(column) - column.null_count - sum(levels.values())
    return {"kind": "category", "nulls": column.null_count, "levels": levels, "other": other}
