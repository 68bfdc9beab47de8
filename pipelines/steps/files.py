"""How are a step's files read, written and named by their bytes?"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from factory.errors import NotFound


def only_file(folder: Path) -> Path:
    """Return the one file of *folder*: a job's input that is a single object of any name."""
    files = sorted(p for p in folder.iterdir() if p.is_file())
    if len(files) != 1:
        raise NotFound(f"{folder.name} holds {len(files)} files; exactly one is expected")
    return files[0]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, value: Any) -> None:
    """Write *value* as JSON: the same bytes for the same value; NaN is an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, indent=1, sort_keys=True, allow_nan=False, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_bytes())
