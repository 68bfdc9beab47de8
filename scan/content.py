"""What lies in a file that is deployed, a folder that is zipped, or a zip?"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from email.parser import BytesParser
from pathlib import Path

METADATA = ".dist-info/METADATA"


def files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file in the folder or zip *path*, in the names' order.

    Any other file holds nothing but itself.
    """
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            yield file.relative_to(path).as_posix(), file.read_bytes()
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in sorted(n for n in archive.namelist() if not n.endswith("/")):
                yield name, archive.read(name)


def distribution(held: Iterable[tuple[str, bytes]]) -> tuple[str, str] | None:
    """Return name and version of the one Python distribution among the files *held*, if any."""
    found = [content for name, content in held if name.endswith(METADATA)]
    if len(found) > 1:
        raise ValueError(
            f"{len(found)} distributions in one archive: a digest can speak for one only; "
            "make a layer of each"
        )
    if not found:
        return None
    told = BytesParser().parsebytes(found[0], headersonly=True)
    return str(told["Name"]), str(told["Version"])


def digest(content: bytes) -> str:
    """Return the SHA-256 of *content* in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
