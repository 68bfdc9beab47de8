"""Where are the bytes of S3's objects, and when does a file of them go?

Each content is a file of its own, which is written once. It goes when no snapshot that is kept can
name it: at once if there was none since it came, else with the second snapshot after it.
"""

from __future__ import annotations

import re
import threading
import uuid
from pathlib import Path
from typing import Any

from moto.s3 import models

from localcloud import moto_patches
from localcloud.state.folder import bring_to_disk
from localcloud.state.references import Foreign

_CLOSED = "I/O operation on closed file."  # as Python's own files say it
_NAME = re.compile(r"[0-9a-f]{32}")


class Files:
    """The files of one state."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._new: set[str] = set()
        self._gone: set[str] = set()
        self._doomed: set[str] = set()

    def write(self, content: bytes) -> str:
        """Keep these bytes in a file and return its name."""
        name = uuid.uuid4().hex
        (self.path / name).write_bytes(content)
        with self._lock:
            self._new.add(name)
        return name

    def forget(self, name: str) -> None:
        """Let a file go that no object has any more."""
        with self._lock:
            is_new = name in self._new
            self._new.discard(name)
            if not is_new:
                self._gone.add(name)
        if is_new:
            (self.path / name).unlink(missing_ok=True)

    def begin(self) -> tuple[set[str], set[str]]:
        """Return which files are new and which are gone, as a snapshot sees them."""
        with self._lock:
            found = (self._new, self._gone)
            self._new, self._gone = set(), set()
        return found

    def end(self, gone: set[str]) -> None:
        """Delete what was gone before the last snapshot but one, now that this one is written."""
        for name in self._doomed:
            (self.path / name).unlink(missing_ok=True)
        self._doomed = gone

    def undo(self, new: set[str], gone: set[str]) -> None:
        """Take back what `begin` returned: the snapshot was not written."""
        with self._lock:
            self._new |= new
            self._gone |= gone

    def bring_to_disk(self, names: set[str]) -> None:
        """Return when these files are on the disk."""
        for name in names:
            if (self.path / name).exists():
                bring_to_disk(self.path / name)

    def keep_only(self, names: set[str]) -> None:
        """Let go of what no object has that was just read from a snapshot."""
        self._gone = {file.name for file in self.path.iterdir()} - names


_files: list[Files] = []
found: list[str] = []
"""The files of what was read from a snapshot just now."""


class Stored:
    """An object's bytes, as moto writes and reads them: what a temporary file is elsewhere."""

    def __init__(self, _most: int = 0) -> None:
        self.name, self.size = "", 0
        self._at, self._closed = 0, False

    def seek(self, place: int) -> None:
        """Go on reading from there."""
        self._demand_open()
        self._at = place

    def truncate(self) -> None:
        """Have no content."""
        self._forget()

    def write(self, content: bytes) -> None:
        """Have this content, after it was truncated."""
        self._demand_open()
        self.name, self.size = _files[0].write(content), len(content)

    def read(self, most: int = -1) -> bytes:
        """Read on, at most so many bytes."""
        self._demand_open()
        if not self.name:
            return b""
        try:
            with self.path.open("rb") as file:
                file.seek(self._at)
                content = file.read(most)
        except FileNotFoundError as error:  # another call has just put something in its place
            raise ValueError(_CLOSED) from error
        self._at += len(content)
        return content

    def close(self) -> None:
        """Have no content ever again."""
        self._forget()
        self._closed = True

    @property
    def path(self) -> Path:
        """Return the file; raise Foreign for a name that is none of ours."""
        if not _NAME.fullmatch(self.name):
            raise Foreign(f"{self.name!r} is not the name of an object's file")
        return _files[0].path / self.name

    def is_whole(self) -> bool:
        """Tell whether the file has what was written."""
        return not self.name or (self.path.is_file() and self.path.stat().st_size == self.size)

    def _forget(self) -> None:
        if self.name:
            _files[0].forget(self.name)
        self.name, self.size = "", 0

    def _demand_open(self) -> None:
        if self._closed:
            raise ValueError(_CLOSED)


def written(content: Stored) -> tuple[str, int]:
    """Return what a snapshot has of a content."""
    return content.name, content.size


def read(name: str, size: int) -> Stored:
    """Return the content with that file; raise Foreign when the file is not whole."""
    content = Stored()
    content.name, content.size = name, size
    if not content.is_whole():
        raise Foreign(f"the object's file {name} is missing or not whole")
    found.append(name)
    return content


class _Temporary:
    """What moto's S3 takes for the module tempfile."""

    SpooledTemporaryFile: Any = Stored


def use(path: Path) -> Files:
    """Keep all objects' bytes in files of this folder from now on."""
    _files[:] = [Files(path)]
    return _files[0]


def install() -> None:
    """Let moto keep objects' bytes in files of a state's folder."""
    moto_patches.replace(
        models,
        "tempfile",
        _Temporary,
        fixes="keeps objects in memory and in files without a name",
        upstream="policy: with a state they are files of its folder",
    )
