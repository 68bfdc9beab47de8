"""Has this very repository been synthesized before? Then its assembly need not be made again.

Assemblies lie in build/assembly/, each under the digest of all that synth could read; removing that
folder is how to start afresh.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from local import synth

HOME = synth.ROOT / "build" / "assembly"
KEPT = 3  # assemblies, those used last
UNREAD = {"build", "cdk.out", "node_modules", "tests", "docs", "docgen", "data", "localcloud"}
"""Folders of the root that synth does not read; whatever is not named here counts."""
NEVER = {".git", ".hypothesis", "__pycache__"}
NEVER_ENDS = ("_cache", ".egg-info")
MADE_BEFORE = ("build/layers",)
"""What synth reads of the folders that it otherwise writes to."""
OWN = {"CDK_OUTDIR", "CDK_CONTEXT_JSON"}  # variables that synth sets itself


def kept(stage: str = "dev") -> Path:
    """Return the assembly of the repository as it is now, made before or made now."""
    wanted = digest(stage)
    entry = HOME / wanted
    if not _whole(entry):
        shutil.rmtree(entry, ignore_errors=True)
        entry = _made(wanted, stage)
    os.utime(entry)
    _prune(entry)
    return entry / "cdk.out"


def digest(stage: str) -> str:
    """Return the SHA-256 of whatever decides what comes out of synth.

    Of what is installed the versions count, not the bytes: who edits .venv must start afresh.
    """
    total = hashlib.sha256(repr((stage, sys.version, _variables(), _installed())).encode())
    for name, path in inputs(synth.ROOT):
        total.update(f"{name}\0{path.stat().st_mode & 0o777:o}\0".encode())
        total.update(_sha256(path))
    return total.hexdigest()


def inputs(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of each file of the repository that synth may read, in a fixed order."""
    for top in sorted(root.iterdir()):
        if top.name not in UNREAD and not _ignored(top.name):
            yield from _files(root, top)
    for name in MADE_BEFORE:
        yield from _files(root, root / name)


def _files(root: Path, top: Path) -> Iterator[tuple[str, Path]]:
    if top.is_file():
        yield str(top.relative_to(root)), top
    for folder, folders, files in os.walk(top, followlinks=True):
        folders[:] = sorted(name for name in folders if not _ignored(name))
        for path in (Path(folder, name) for name in sorted(files)):
            if path.is_file():  # not a link to nowhere, such as an editor's lock
                yield str(path.relative_to(root)), path


def _ignored(name: str) -> bool:
    return name in NEVER or name.startswith(".venv") or name.endswith(NEVER_ENDS)


def _variables() -> list[tuple[str, str]]:
    """Return the settings of CDK and its runtime that a person may have made."""
    found = {
        k: v for k, v in os.environ.items() if k.startswith(("CDK_", "JSII_")) and k not in OWN
    }
    return sorted(found.items())


def _installed() -> list[str]:
    """Return name and version of every installed distribution, as its folder says."""
    places = {Path(place) for place in sys.path if place}
    return sorted({p.name for place in places for p in place.glob("*.dist-info")})


def _made(wanted: str, stage: str) -> Path:
    """Synthesize aside and move the result to its place in one step."""
    HOME.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix="making-", dir=HOME))
    synth.synth(aside / "cdk.out", stage)
    if digest(stage) != wanted:
        return aside  # a file was changed meanwhile: good for this once, nothing to come back to
    (aside / "seal").write_text(_seal(aside / "cdk.out"), encoding="utf-8")
    with suppress(OSError):  # another process was first; what it made is the same
        return aside.rename(HOME / wanted)
    return aside


def _whole(entry: Path) -> bool:
    """Return whether *entry* is there, and every byte of it as it was made."""
    seal = entry / "seal"
    return seal.is_file() and seal.read_text(encoding="utf-8") == _seal(entry / "cdk.out")


def _seal(folder: Path) -> str:
    total = hashlib.sha256()
    for name, path in _files(folder, folder):
        total.update(f"{name}\0{path.stat().st_mode & 0o777:o}\0".encode())
        total.update(_sha256(path))
    return total.hexdigest()


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _prune(used: Path) -> None:
    """Remove all but the KEPT entries that were used last; leftovers of a broken synth age too."""
    with suppress(FileNotFoundError):  # another process removes too
        entries = sorted(HOME.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
        for entry in entries[KEPT:]:
            if entry != used:
                shutil.rmtree(entry, ignore_errors=True)
