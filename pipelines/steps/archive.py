"""Which files does a model.tar.gz hold? Plain files with plain names, each once, and not too many.

An archive is read once, as a stream, and no further than its bounds: what unpacks to more than
that, or could be read in two ways, is refused before anything of it is used. No name of a member
that must not be there is repeated: it may be anything.
"""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple, cast

from factory.errors import Refused
from factory.layout.files import BASELINE
from factory.training import sayings
from pipelines import contract
from pipelines.steps import wheels

MOST_MEMBERS, MOST_LIBRARIES = 200, 5_000
"""The latter of the folder with the recipe's wheels."""
MOST_BYTES = 4 * 2**30
"""Of everything that an archive unpacks to: a seventh of a job's volume."""
MOST_AT_ONCE = 2**20
"""Bytes of one read: headers that claim more are no headers of a model's files."""
HARMLESS = {"mtime", "atime", "ctime", "uid", "gid", "uname", "gname"}
"""Extended headers that change neither name, kind nor size of a member."""
ONCE = BASELINE
"""Artifacts of earlier releases hold it, and their models may still be champions."""
UNREADABLE = (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, RecursionError, ValueError)


class Member(NamedTuple):
    """One file of an archive."""

    name: str
    size: int
    file: IO[bytes]
    """Its bytes, to be read before the next member is asked for."""


def members(path: Path, also: Callable[[str], bool] = wheels.admits) -> Iterator[Member]:
    """Yield the files of the archive at *path* in its order; Refused for what is not one of them.

    It may *also* hold files and folders, these with a slash at their end, of which that is true: by
    default the recipe's wheels. Whoever stops early has checked no more than what was yielded.
    """
    try:
        with gzip.open(path) as packed:
            yield from _members(_Bounded(packed), also)
    except UNREADABLE as broken:
        raise Refused(
            f"the artifact is not a tar.gz that can be read to its end ({type(broken).__name__}); "
            "leave its files in the folder, SageMaker packs them"
        ) from broken


def check(path: Path) -> None:
    """Read the archive at *path* to its end; Refused where it holds what it must not."""
    for _ in members(path, _ever):
        pass


def extract(path: Path, folder: Path) -> None:
    """Unpack the archive at *path* to *folder*; Refused where it holds what it must not."""
    for member in members(path, _ever):
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            shutil.copyfileobj(member.file, out)


def _ever(name: str) -> bool:
    """Say whether an earlier release or another lock of wheels may have had it: a champion's."""
    return name == ONCE or contract.is_library(name)


def _members(stream: _Bounded, also: Callable[[str], bool]) -> Iterator[Member]:
    found: set[str] = set()
    counts = dict.fromkeys((MOST_MEMBERS, MOST_LIBRARIES), 0)
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r:") as archive:
        for number, info in enumerate(archive, 1):
            library = contract.is_library(info.name.removeprefix("./"))
            most = MOST_LIBRARIES if library else MOST_MEMBERS
            counts[most] += 1
            if counts[most] > most:
                raise Refused(sayings.MANY.format(most))
            if name := _name(info, number, also):
                if name in found:
                    raise Refused(f"the artifact has two {name}; write it once")
                found.add(name)
                yield Member(name, info.size, archive.extractfile(info) or io.BytesIO())
        _check_extended(archive.pax_headers)
    stream.drain()


def _name(info: tarfile.TarInfo, number: int, also: Callable[[str], bool]) -> str:
    """Return what a member is called, or nothing for a folder that holds others."""
    _check_extended(info.pax_headers)
    name = info.name.removeprefix("./")
    if info.type == tarfile.DIRTYPE and (contract.is_folder(name) or also(f"{name}/")):
        return ""
    if info.type not in {tarfile.REGTYPE, tarfile.AREGTYPE}:
        raise Refused(sayings.NO_FILE.format(number))
    if not contract.is_member(name) and not also(name):
        raise Refused(sayings.STRANGER.format(number))
    return name


def _check_extended(headers: Mapping[str, str]) -> None:
    if set(headers) - HARMLESS:
        raise Refused(sayings.EXTENDED)


class _Bounded:
    """A stream that ends with a refusal when more comes out of it than may.

    It moves forward, and back by the one byte that tarfile asks for again.
    """

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed, self._at, self._last, self._again = packed, 0, b"", b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if not 0 <= size <= MOST_AT_ONCE:
            raise Refused(sayings.LONG_HEADER)
        again, self._again = self._again[:size], self._again[size:]
        found = again + self._packed.read(size - len(again))
        self._at += len(found)
        self._last = found or self._last
        if self._at > MOST_BYTES:
            raise Refused(sayings.LARGE.format(MOST_BYTES))
        return found

    def tell(self) -> int:
        """Return how far it was read."""
        return self._at

    def seek(self, position: int) -> int:
        """Go forward to *position*, or back by one byte."""
        if position == self._at - 1 and not self._again:
            self._at, self._again = position, self._last[-1:]
        while self._at < position and self.read(min(position - self._at, MOST_AT_ONCE)):
            pass
        if self._at > position:
            raise Refused("the artifact's members do not follow each other; let SageMaker pack it")
        return self._at

    def drain(self) -> None:
        """Demand that nothing but zeros follows: another reader could take it for more files."""
        end = self._last
        while end:
            if end.strip(b"\0"):
                raise Refused(sayings.GOES_ON)
            end = self.read(MOST_AT_ONCE)
