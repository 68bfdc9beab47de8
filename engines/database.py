"""What may the embedded engine touch? One folder, no network and no extensions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "disabled_optimizers": "common_subexpressions",  # takes the square of a table's columns
    "memory_limit": "1GB",  # then it spills; the function has twice as much, and Python in it
    "threads": 1,  # the bytes of a snapshot must not depend on the number of cores
    "preserve_insertion_order": "true",
}


@contextmanager
def confined(folder: Path) -> Iterator[Any]:
    """Open an empty DuckDB that reads, writes and spills in *folder* alone."""
    connection = duckdb.connect(config=CONFIG)
    try:
        connection.execute(f"SET temp_directory = {text(str(folder / 'spill'))}")
        connection.execute(f"SET allowed_directories = [{text(str(folder) + '/')}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def name(column: str) -> str:
    """Return *column* as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return *value* as an SQL string."""
    return "'" + value.replace("'", "''") + "'"
