"""Which code does an artifact bring? Read from the archive; nothing of it is extracted or run."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from pipelines import contract
from pipelines.steps import wheels

FOLDERS = {contract.INFERENCE.parts[0], contract.LIBRARIES}
"""Of an artifact: what a server imports from."""
MOST_BYTES = 1 << 18  # of a file that is not the recipe's own
MOST_FILES = 1_000


class ArtifactCode(NamedTuple):
    """The files that a server of an artifact may import."""

    code: dict[str, bytes]
    """The content of each, but for the wheels' own."""
    wheels: dict[str, str]
    """The SHA-256 of each file that is, under its name, what the recipe's wheels have there."""
    plain: bool
    """Whether all are plain files, each once, and small where they are not the wheels' own."""


def read(artifact: Path) -> ArtifactCode:
    """Return what *artifact* brings."""
    found = ArtifactCode({}, {}, plain=True)
    with tarfile.open(artifact) as archive:
        for member in archive:
            path = PurePosixPath(member.name.removeprefix("./"))
            links = member.islnk() or member.issym() or ".." in path.parts or path.is_absolute()
            taken = not FOLDERS.intersection(path.parts[:1]) or member.isdir()
            if not taken and not links and member.isfile():
                file = archive.extractfile(member)
                taken = file is not None and _take(found, str(path), file, member.size)
            found = found._replace(plain=found.plain and taken and not links)
    return found


def _take(found: ArtifactCode, name: str, file: IO[bytes], size: int) -> bool:
    """Add a file to what was *found*; return whether it could be."""
    if name in found.code or name in found.wheels:
        return False
    own = wheels.own().get(name)
    if own and _sha256(file) == own:
        found.wheels[name] = own
        return True
    if size > MOST_BYTES or len(found.code) >= MOST_FILES:
        return False
    found.code[name] = file.read()
    return True


def _sha256(file: IO[bytes]) -> str:
    """Return the digest of *file*, which is wound back afterwards."""
    found = hashlib.sha256()
    while part := file.read(MOST_BYTES):
        found.update(part)
    file.seek(0)
    return found.hexdigest()
