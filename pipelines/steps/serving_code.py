"""Whose code would serve? Read from the archive and the training code; nothing of it is run."""

from __future__ import annotations

import difflib
import hashlib
import importlib.resources
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from factory.gates.exam import RECIPE, TRAINING
from pipelines import contract

UNKNOWN = "unknown"
MOST_BYTES = 1 << 18  # of a file of serving code, and of a member of the training code
MOST_FILES = 1_000
MOST_LINES = 2_000  # of a difference that is written out


@dataclass(frozen=True, kw_only=True)
class ServingCode:
    """The code of an artifact, and where it comes from."""

    section: Mapping[str, Any]
    """Of the evidence. It has no name and no text of the artifact's: training may write there what
    nobody may read, such as its rows."""
    difference: str
    """How it differs from the recipe's; empty unless all of it was in the training code before."""


def read(artifact: Path, training: Path) -> ServingCode:
    """Compare the folder `code` of *artifact* with the recipe's and with what *training* brought.

    Only plain files of moderate size can be compared; all else is of unknown origin.
    """
    own = importlib.resources.files(__package__).joinpath(contract.INFERENCE.name).read_bytes()
    found, plain = _code(artifact)
    main = found.get(str(contract.INFERENCE), b"")
    origin = _origin(found, own, training) if plain and main else UNKNOWN
    added, removed = _lines(own, main)
    section = {
        "origin": origin,
        "own": origin == RECIPE,
        "digest": _digest(found),
        "recipe": _digest({str(contract.INFERENCE): own}),
        "added": added,
        "removed": removed,
        "others": len(found) - bool(main),
    }
    return ServingCode(section=section, difference=_diff(found, own) if origin == TRAINING else "")


def _code(artifact: Path) -> tuple[dict[str, bytes], bool]:
    """Return the files of the folder `code`, and whether all there are plain, small and once."""
    found: dict[str, bytes] = {}
    plain = True
    with tarfile.open(artifact) as archive:
        for member in archive:
            path = PurePosixPath(member.name.removeprefix("./"))
            links = member.islnk() or member.issym() or ".." in path.parts or path.is_absolute()
            plain = plain and not links
            if path.parts[:1] != contract.INFERENCE.parts[:1] or member.isdir():
                continue
            file = archive.extractfile(member) if member.isfile() else None
            small = member.size <= MOST_BYTES and len(found) < MOST_FILES
            if file is None or not small or str(path) in found:
                plain = False
            else:
                found[str(path)] = file.read()
    return found, plain


def _origin(found: Mapping[str, bytes], own: bytes, training: Path) -> str:
    if found == {str(contract.INFERENCE): own}:
        return RECIPE
    wanted = {_sha256(content) for content in found.values()} - {_sha256(own)}
    return UNKNOWN if wanted - set(_brought(training)) else TRAINING


def _brought(training: Path) -> Iterator[str]:
    """Yield the digests of what the training code holds; what is no zip file holds nothing."""
    if not zipfile.is_zipfile(training):
        return
    with zipfile.ZipFile(training) as archive:
        for member in archive.infolist()[:MOST_FILES]:
            if member.file_size <= MOST_BYTES:
                with archive.open(member) as file:
                    yield _sha256(file.read(MOST_BYTES + 1))


def _lines(own: bytes, main: bytes) -> tuple[int, int]:
    """Count the lines that were added and removed, wherever they are."""
    old, new = Counter(own.splitlines()), Counter(main.splitlines())
    return (new - old).total(), (old - new).total()


def _diff(found: Mapping[str, bytes], own: bytes) -> str:
    """Return the difference of every file, cut at MOST_LINES."""
    lines: list[str] = []
    main = str(contract.INFERENCE)
    for number, name in enumerate(sorted(found, key=lambda name: (name != main, name))):
        old, label = (own, main) if name == main else (b"", f"code, file {number + 1}")
        before, after = _text(old), _text(found[name])
        lines += difflib.unified_diff(before, after, "recipe", label, lineterm="", n=2)
    cut = [f"... {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
    return "\n".join([*lines[:MOST_LINES], *cut]) + "\n"


def _text(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()[:MOST_LINES]


def _digest(found: Mapping[str, bytes]) -> str:
    """Return one digest of names and contents."""
    text = "\n".join(f"{_sha256(content)} {name}" for name, content in sorted(found.items()))
    return _sha256(text.encode("utf-8", "surrogateescape"))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
