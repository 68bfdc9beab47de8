"""What does a deployed file, zipped folder or zip archive contain?"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from email.parser import BytesParser
from pathlib import Path

METADATA = ".dist-info/METADATA"


def files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file in the folder or zip *path*, sorted by name.

    Any other file yields nothing.
    """
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            yield file.relative_to(path).as_posix(), file.read_bytes()
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in sorted(n for n in archive.namelist() if not n.endswith("/")):
                yield name, archive.read(name)


def distribution(contents: Iterable[tuple[str, bytes]]) -> tuple[str, str] | None:
    """Return name and version of the one Python distribution in *contents*, if any."""
    metadata = [content for name, content in contents if name.endswith(METADATA)]
    if len(metadata) > 1:
        raise ValueError(
            f"{len(metadata)} distributions in one archive: a digest can identify only one; "
            "make a layer for each"
        )
    if not metadata:
        return None
    headers = BytesParser().parsebytes(metadata[0], headersonly=True)
    return str(headers["Name"]), str(headers["Version"])


def digest(content: bytes) -> str:
    """Return the SHA-256 of *content* in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
