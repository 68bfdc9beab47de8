"""Was the repository synthesized before in its current state? Then its assembly is reused.

Assemblies are stored in build/assembly/, each under the digest of everything that synth can read;
remove that folder to clear the cache.
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
from typing import Any

from local import synth

CACHE = synth.ROOT / "build" / "assembly"
MAX_ENTRIES = 12  # assemblies, of 45 MB each; the most recently used stay
EXCLUDED = {"build", "cdk.out", "node_modules", "tests", "docs", "docgen", "data", "localcloud"}
"""Root folders that synth does not read; everything else is part of the digest."""
IGNORED = {".git", ".hypothesis", "__pycache__"}
IGNORED_SUFFIXES = ("_cache", ".egg-info")
BUILD_INPUTS = ("build/layers", "build/wheels")
"""What synth reads from excluded folders."""
CHECKSUM = "checksum"  # the file in an entry that has the digest of the others
OWN_VARIABLES = {"CDK_OUTDIR", "CDK_CONTEXT_JSON"}  # set by synth itself


def cached_assembly(stage: str = "dev", **more: Any) -> Path:
    """Return the assembly of the repository's current state, cached or newly synthesized.

    *more* is what the context says besides the stage, such as the accounts.
    """
    key = digest(stage, **more)
    entry = CACHE / key
    if not _is_intact(entry):
        shutil.rmtree(entry, ignore_errors=True)
        entry = _synthesized(key, stage, **more)
    os.utime(entry)
    _prune(entry)
    return entry / "cdk.out"


def digest(stage: str, **more: Any) -> str:
    """Return the SHA-256 of everything that determines synth's output.

    Installed packages count by version, not by content: after editing .venv, clear the cache.
    """
    given = (stage, sorted(more.items()), sys.version, _variables(), _installed())
    sha = hashlib.sha256(repr(given).encode())
    for name, path in inputs(synth.ROOT):
        sha.update(f"{name}\0{path.stat().st_mode & 0o777:o}\0".encode())
        sha.update(_sha256(path))
    return sha.hexdigest()


def inputs(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of each file in the repository that synth may read, in a fixed order."""
    for top in sorted(root.iterdir()):
        if top.name not in EXCLUDED and not _ignored(top.name):
            yield from _files(root, top)
    for name in BUILD_INPUTS:
        yield from _files(root, root / name)


def _files(root: Path, top: Path) -> Iterator[tuple[str, Path]]:
    if top.is_file():
        yield str(top.relative_to(root)), top
    for folder, folders, files in os.walk(top, followlinks=True):
        folders[:] = sorted(name for name in folders if not _ignored(name))
        for path in (Path(folder, name) for name in sorted(files)):
            if path.is_file():  # not a dangling link, such as an editor's lock
                yield str(path.relative_to(root)), path


def _ignored(name: str) -> bool:
    return name in IGNORED or name.startswith(".venv") or name.endswith(IGNORED_SUFFIXES)


def _variables() -> list[tuple[str, str]]:
    """Return the environment variables that configure the CDK and its runtime."""
    variables = {
        k: v
        for k, v in os.environ.items()
        if k.startswith(("CDK_", "JSII_")) and k not in OWN_VARIABLES
    }
    return sorted(variables.items())


def _installed() -> list[str]:
    """Return the name of every installed distribution's metadata folder, which has its version."""
    folders = {Path(folder) for folder in sys.path if folder}
    return sorted({p.name for folder in folders for p in folder.glob("*.dist-info")})


def _synthesized(key: str, stage: str, **more: Any) -> Path:
    """Synthesize into a temporary folder and move the result into the cache atomically."""
    CACHE.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix="tmp-", dir=CACHE))
    synth.synth(temporary / "cdk.out", stage, **more)
    if digest(stage, **more) != key:
        return temporary  # a file changed meanwhile: use the result once, but do not cache it
    (temporary / CHECKSUM).write_text(_checksum(temporary / "cdk.out"), encoding="utf-8")
    with suppress(OSError):  # another process was first; its result is the same
        return temporary.rename(CACHE / key)
    return temporary


def _is_intact(entry: Path) -> bool:
    """Return whether *entry* exists and is unchanged since it was written."""
    checksum = entry / CHECKSUM
    return checksum.is_file() and checksum.read_text(encoding="utf-8") == _checksum(
        entry / "cdk.out"
    )


def _checksum(folder: Path) -> str:
    sha = hashlib.sha256()
    for name, path in _files(folder, folder):
        sha.update(f"{name}\0{path.stat().st_mode & 0o777:o}\0".encode())
        sha.update(_sha256(path))
    return sha.hexdigest()


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _prune(used: Path) -> None:
    """Remove all but the MAX_ENTRIES last used entries; leftovers of failed synths age out too."""
    with suppress(FileNotFoundError):  # another process removes too
        entries = sorted(CACHE.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
        for entry in entries[MAX_ENTRIES:]:
            if entry != used:
                shutil.rmtree(entry, ignore_errors=True)
