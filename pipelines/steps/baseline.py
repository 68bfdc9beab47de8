"""What did the training rows look like? The reference that later traffic is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BINS = 32  # quantile bins of a number
SCORE_BINS = 20


def of(
    table: pa.Table, columns: Mapping[str, Any], scores: np.ndarray, selected: np.ndarray
) -> dict[str, Any]:
    """Return counts per bin or level of each feature and of the *scores* of unseen rows.

    Bin i of a number holds edges[i] <= x < edges[i+1], the last also its upper edge.
    """
    edges = np.linspace(0, 1, SCORE_BINS + 1)
    return {
        "version": 1,
        "rows": table.num_rows,
        "columns": {
            name: _number(table.column(name)) if c["kind"] == "number" else _category(table, name)
            for name, c in columns.items()
        },
        "score": {"edges": edges.tolist(), "counts": np.histogram(scores, edges)[0].tolist()},
        "selected": int(selected.sum()),
    }


def _number(column: pa.ChunkedArray) -> dict[str, Any]:
    known = column.drop_null().cast(pa.float64()).to_numpy()
    known = known[np.isfinite(known)]
    summary: dict[str, Any] = {"kind": "number", "nulls": len(column) - len(known)}
    if not len(known):
        return summary | {"edges": [], "counts": []}
    edges = _edges(known)
    counts = np.histogram(known, edges)[0]
    extremes = {"min": float(known.min()), "max": float(known.max())}
    return summary | extremes | {"edges": edges.tolist(), "counts": counts.tolist()}


def _edges(known: np.ndarray) -> np.ndarray:
    """Return quantiles; a value that is several of them gets a bin that holds nothing else."""
    quantiles = np.quantile(known, np.linspace(0, 1, BINS + 1), method="lower")
    frequent = quantiles[1:][quantiles[1:] == quantiles[:-1]]
    return np.unique(np.concatenate([quantiles, np.nextafter(frequent, np.inf)]))


def _category(table: pa.Table, name: str) -> dict[str, Any]:
    column = table.column(name)
    counts = pc.value_counts(column.drop_null()).to_pylist()
    levels = {c["values"]: c["counts"] for c in sorted(counts, key=lambda c: c["values"])}
    return {"kind": "category", "nulls": column.null_count, "levels": levels}
