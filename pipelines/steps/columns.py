"""Which features are numbers, times, or categories with levels, and how are they encoded?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.errors import Refused
from pipelines.measure import features
from pipelines.measure.features import CATEGORY, NUMBER, TIME
from pipelines.steps import canonical, tables

MOST_LEVELS = 254  # of a category: histograms have 255 bins, one of which is for what is missing
MISSING = "missing"
"""What a recipe takes that takes numbers, or times, that are missing."""


def of(table: pa.Table, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each column its type, and whether it is a number, a time or a category."""
    return {name: _column(name, table.column(name).combine_chunks()) for name in names}


def encoded(table: pa.Table, kinds: features.Kinds, takes: Collection[str]) -> features.Kinds:
    """Return *kinds* with what must be encoded for an estimator that *takes* no more than that.

    What is missing is filled with the median of *table*, the rows to learn from.
    """
    found = {}
    for name, kind in kinds.items():
        said = dict(kind)
        if kind["kind"] not in (NUMBER, *takes):
            said["encoded"] = True
        if MISSING not in takes and kind["kind"] != CATEGORY:
            said["fill"] = _fill(table.column(name), said)
        found[name] = said
    return found


def _fill(column: pa.ChunkedArray, kind: dict[str, Any]) -> Any:
    if kind["kind"] == NUMBER:
        return _median(canonical.floats(column.combine_chunks()).to_numpy(zero_copy_only=False))
    parts = features.frame({"t": column.to_pylist()}, {"t": {"kind": TIME, "encoded": True}})
    return {name.removeprefix("t."): _median(parts[name].to_numpy()) for name in parts}


def _median(found: np.ndarray) -> float:
    known = found[np.isfinite(found)]
    return float(np.median(known)) if len(known) else 0.0


def _column(name: str, column: pa.Array) -> dict[str, Any]:
    if tables.is_number(column.type):
        return {"kind": NUMBER, "type": canonical.kind(column.type)}
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return {"kind": TIME, "type": canonical.kind(column.type)}
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise Refused(
            f"{name}: {column.type} cannot be learned; make it a number, boolean, text or time"
        )
    counts = pc.value_counts(column.drop_null()).to_pylist()
    frequent = sorted(counts, key=lambda c: (-c["counts"], c["values"]))[:MOST_LEVELS]
    levels = sorted(c["values"] for c in frequent)
    return {"kind": CATEGORY, "type": canonical.kind(column.type), "levels": levels}
