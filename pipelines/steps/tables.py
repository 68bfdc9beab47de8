"""How are a step's tables read, written and compared?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from factory.errors import Refused
from pipelines.steps import canonical

NULL = "\x00"  # a missing value is equal to a missing value, and to nothing else
BETWEEN = "\x1f"  # stands between two values of a row


def write(path: Path, table: pa.Table) -> None:
    """Write *table* as Parquet, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def read(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file; *columns* in that order, each of which must be there."""
    file = pq.ParquetFile(path)
    known = file.schema_arrow.names
    if missing := [c for c in columns or () if c not in known]:
        raise Refused(f"{path.name} lacks {', '.join(missing)}; it has {len(known)} columns")
    return file.read(columns=None if columns is None else list(columns)).select(
        file.schema_arrow.names if columns is None else list(columns)
    )


def signatures(table: pa.Table, columns: Sequence[str]) -> pa.Array:
    """Return one string per row that is equal for equal values of *columns*.

    They are compared in their canonical form: 39 of one file equals 39.0 of another.
    """
    texts = [canonical.texts(table.column(c)) for c in columns]
    return pc.binary_join_element_wise(
        *texts, BETWEEN, null_handling="replace", null_replacement=NULL
    )


def known(table: pa.Table, other: pa.Table, columns: Sequence[str]) -> pa.Array:
    """Say of each row of *table* whether *other* has a row with the same *columns*."""
    return pc.is_in(signatures(table, columns), value_set=signatures(other, columns))


def is_number(kind: pa.DataType) -> bool:
    """Say whether values of *kind* are learned as numbers."""
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    )
