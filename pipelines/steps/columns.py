"""Which features are numbers, and which are categories with levels?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from factory.errors import Refused
from pipelines.steps import canonical, tables

MOST_LEVELS = 254  # of a category: histograms have 255 bins, one of which is for what is missing


def of(table: pa.Table, features: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each feature its type, and whether it is a number or a category with levels."""
    return {name: _column(name, table.column(name).combine_chunks()) for name in features}


def _column(name: str, column: pa.Array) -> dict[str, Any]:
    if tables.is_number(column.type):
        return {"kind": "number", "type": canonical.kind(column.type)}
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise Refused(f"{name}: {column.type} cannot be learned; make it a number, boolean or text")
    counts = pc.value_counts(column.drop_null()).to_pylist()
    frequent = sorted(counts, key=lambda c: (-c["counts"], c["values"]))[:MOST_LEVELS]
    levels = sorted(c["values"] for c in frequent)
    return {"kind": "category", "type": canonical.kind(column.type), "levels": levels}
