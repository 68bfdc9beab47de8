"""Whose code would serve? Read from the archive and the training code; nothing of it is run."""

from __future__ import annotations

import difflib
import hashlib
import importlib.resources
import io
import tarfile
import tokenize
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
MOST_LINES = 2_000  # of the serving code that somebody must read before it serves
LONGEST_LINE = 300  # characters; what begins far to the right is not seen
SEEN = frozenset(map(chr, range(0x20, 0x7F))) | {"\n", "\t"}
"""The characters of which a reader sees all that Python does: no look-alikes, nothing that hides,
moves or turns text around (CVE-2021-42574)."""


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
    ours = own()
    found, plain = _code(artifact)
    main = found.get(str(contract.INFERENCE), b"")
    origin = _origin(found, ours, training) if plain and main else UNKNOWN
    added, removed = _lines(ours[str(contract.INFERENCE)], main)
    section = {
        "origin": origin,
        "own": origin == RECIPE,
        "digest": _digest(found),
        "recipe": _digest(ours),
        "added": added,
        "removed": removed,
        "others": len(_other(found, ours).keys() - {str(contract.INFERENCE)}),
    }
    return ServingCode(section=section, difference=_diff(found, ours) if origin == TRAINING else "")


def own() -> dict[str, bytes]:
    """Return the files of the recipe's serving code, by their names in an artifact."""
    return {
        name: importlib.resources.files(package).joinpath(module).read_bytes()
        for name, (package, module) in contract.SERVED.items()
    }


def _other(found: Mapping[str, bytes], ours: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that are not what the recipe has in their place."""
    return {name: content for name, content in found.items() if ours.get(name) != content}


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


def _origin(found: Mapping[str, bytes], ours: Mapping[str, bytes], training: Path) -> str:
    if found == ours:
        return RECIPE
    other = _other(found, ours)
    wanted = {_sha256(content) for content in other.values()}
    unread = wanted - set(_brought(training)) or not _legible(other)
    return UNKNOWN if unread else TRAINING


def _legible(found: Mapping[str, bytes]) -> bool:
    """Say whether the difference can be written out whole, and read as Python reads the files."""
    lines = sum(content.count(b"\n") + 1 for content in found.values())
    return lines <= MOST_LINES and all(map(_plain, found.values()))


def _plain(content: bytes) -> bool:
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
        text = content.replace(b"\r\n", b"\n").decode("ascii")
    except (SyntaxError, UnicodeDecodeError):
        return False
    short = all(len(line) <= LONGEST_LINE for line in text.split("\n"))
    return encoding == "utf-8" and short and SEEN.issuperset(text)


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


def _diff(found: Mapping[str, bytes], ours: Mapping[str, bytes]) -> str:
    """Return the difference of every file, whole: `_legible` has bounded it."""
    lines: list[str] = []
    main, other = str(contract.INFERENCE), _other(found, ours)
    for number, name in enumerate(sorted(other, key=lambda name: (name != main, name))):
        label = name if name in ours else f"code, file {number + 1}"
        before, after = _text(ours.get(name, b"")), _text(other[name])
        lines += difflib.unified_diff(before, after, "recipe", label, lineterm="", n=2)
    return "\n".join(lines) + "\n"


def _text(content: bytes) -> list[str]:
    return content.decode("ascii").splitlines()


def _digest(found: Mapping[str, bytes]) -> str:
    """Return one digest of names and contents."""
    text = "\n".join(f"{_sha256(content)} {name}" for name, content in sorted(found.items()))
    return _sha256(text.encode("utf-8", "surrogateescape"))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
