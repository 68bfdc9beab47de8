"""What does a snapshot of a data product consist of? Typed Parquet, sorted by the key."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from engines.database import name, text
from factory.products.contract import Contract


def write(contract: Contract, database: Any, path: Path) -> int:
    """Write the view `typed` to *path*: the same bytes for the same rows. Return their number."""
    fields = ", ".join(f"{name(c.name + ':v')} AS {name(c.name)}" for c in contract.columns)
    rows = f"SELECT {fields} FROM typed ORDER BY {name(contract.key)}"  # noqa: S608 - quoted
    target = text(str(path))
    written = database.execute(f"COPY ({rows}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
    return int(written.fetchone()[0])


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
