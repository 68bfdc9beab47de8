"""What does a wheel install that is needed to import it? No tests, headers, scripts or records."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

UNUSED = {"tests", "include", "__pycache__"}
HEADERS = {".h", ".hpp", ".pxd", ".pyx"}
RECORDS = {"RECORD", "WHEEL", "INSTALLER"}
"""Of `*.dist-info`: what installers read. The metadata and the licences stay."""
LIBRARIES = {"purelib", "platlib"}
"""The folders of `*.data` whose content is installed beside the packages."""


def unpack(wheel: Path, folder: Path) -> Path:
    """Write to *folder* what is imported of *wheel*, and return it.

    Raises ValueError for a name that could be written outside of it.
    """
    with zipfile.ZipFile(wheel) as source:
        for entry in sorted(source.namelist()):
            place = None if entry.endswith("/") else _place(PurePosixPath(entry))
            if place is None:
                continue
            if place.is_absolute() or ".." in place.parts:
                raise ValueError(f"{wheel.name}: {entry!r} leads out of its folder; do not use it")
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read(entry))
    return folder


def _place(entry: PurePosixPath) -> PurePosixPath | None:
    """Return where *entry* goes, or None for what nobody imports."""
    if entry.parts[0].endswith(".data"):
        if len(entry.parts) < 3 or entry.parts[1] not in LIBRARIES:  # noqa: PLR2004 - x.data/purelib/a.py
            return None
        entry = PurePosixPath(*entry.parts[2:])
    recorded = entry.parts[0].endswith(".dist-info") and entry.name in RECORDS
    unused = UNUSED.intersection(entry.parts) or entry.suffix in HEADERS
    return None if recorded or unused else entry
