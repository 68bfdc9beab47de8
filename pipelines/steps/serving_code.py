"""Whose code would serve? Read from the archive and the training code; nothing of it is run."""

from __future__ import annotations

import difflib
import hashlib
import io
import tokenize
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factory.gates.exam import RECIPE, TRAINING
from pipelines import contract, serving_files
from pipelines.steps import artifact_code, wheels
from pipelines.steps.artifact_code import MOST_BYTES, MOST_FILES, ArtifactCode

UNKNOWN = "unknown"
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


def read(artifact: Path, training: Path, kind: str) -> ServingCode:
    """Compare the code of *artifact* with what serves models of the *kind*.

    What is not ours must have been in the code that *training* brought. Only plain files of
    moderate size can be compared; all else is of unknown origin.
    """
    ours, found = serving_files.files(kind), artifact_code.read(artifact)
    main = found.code.get(str(contract.INFERENCE), b"")
    origin = _origin(found, ours, training) if found.plain and main else UNKNOWN
    added, removed = _lines(ours[str(contract.INFERENCE)], main)
    section = {
        "origin": origin,
        "own": origin == RECIPE,
        "digest": _digest(found.code, found.wheels),
        "recipe": _digest(ours, wheels.own()),
        "added": added,
        "removed": removed,
        "others": len(_other(found.code, ours).keys() - {str(contract.INFERENCE)}),
    }
    difference = _diff(found.code, ours) if origin == TRAINING else ""
    return ServingCode(section=section, difference=difference)


def _other(found: Mapping[str, bytes], ours: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that are not what the recipe has in their place."""
    return {name: content for name, content in found.items() if ours.get(name) != content}


def _origin(found: ArtifactCode, ours: Mapping[str, bytes], training: Path) -> str:
    if found.code == ours and found.wheels == wheels.own():
        return RECIPE
    other = _other(found.code, ours)
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


def _digest(found: Mapping[str, bytes], brought: Mapping[str, str]) -> str:
    """Return one digest of names and contents."""
    digests = {**{name: _sha256(content) for name, content in found.items()}, **brought}
    text = "\n".join(f"{digest} {name}" for name, digest in sorted(digests.items()))
    return _sha256(text.encode("utf-8", "surrogateescape"))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
