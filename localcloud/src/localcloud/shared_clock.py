"""How do several processes read one clock, and see each of its moves at once?

The cloud writes a page of memory that environments of functions have mapped too, read-only. It is
loaded there by its path, and imports nothing of this package.
"""

from __future__ import annotations

import mmap
import os
import sys
import time

import _time_machine  # type: ignore[import-not-found]  # it is in C
import time_machine

BYTES = 4096
_VERSION, _STOPPED, _NANOSECONDS = range(3)
_SEAL = 1033  # fcntl's F_ADD_SEALS
_SEALS = 0x2 | 0x4 | 0x10  # it cannot shrink or grow, and nobody else can write to it


class SharedClock(time_machine.Coordinates):
    """A clock on a page: the nanoseconds that it stands at, or its distance from the machine's."""

    def __init__(self, page: mmap.mmap) -> None:
        super().__init__(0.0, None, tick=True)
        self.use(page)

    def use(self, page: mmap.mmap) -> None:
        """Be on this *page* from now on."""
        self._words = memoryview(page).cast("q")

    def time_ns(self) -> int:
        """Return the nanoseconds since 1970; read again what was written meanwhile."""
        words = self._words
        while True:
            version = words[_VERSION]
            stopped, nanoseconds = words[_STOPPED], words[_NANOSECONDS]
            if version == words[_VERSION] and not version % 2:
                return nanoseconds if stopped else _machine() + nanoseconds

    def write(self, now: int, *, stopped: bool) -> None:
        """Let it be *now*; one thread at a time."""
        words = self._words
        words[_VERSION] += 1
        words[_STOPPED] = stopped
        words[_NANOSECONDS] = now if stopped else now - _machine()
        words[_VERSION] += 1

    def state(self) -> tuple[bool, int]:
        """Return whether it stands still, and where or how far from the machine's."""
        return self.stopped, self._words[_NANOSECONDS]

    def put_back(self, *, stopped: bool, nanoseconds: int) -> None:
        """Be what a clock with that `state` was; one thread at a time."""
        self.write(nanoseconds if stopped else _machine() + nanoseconds, stopped=stopped)

    @property
    def stopped(self) -> bool:
        """Whether it stands still."""
        return bool(self._words[_STOPPED])


def _machine() -> int:
    nanoseconds: int = _time_machine.original_time_ns()
    return nanoseconds


def travel(page: mmap.mmap) -> SharedClock:
    """Let this process's time be that of the *page* from now on."""
    clock = SharedClock(page)
    time_machine.travel(time.time()).start()
    time_machine.coordinates_stack[-1] = clock
    return clock


def create() -> tuple[mmap.mmap, int]:
    """Return a new page, and the number of a file from which others can map it, but not write."""
    if sys.platform != "linux":
        return mmap.mmap(-1, BYTES), -1
    import fcntl  # noqa: PLC0415 - not everywhere

    file = os.memfd_create("clock", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(file, BYTES)
    page = mmap.mmap(file, BYTES)
    fcntl.fcntl(file, _SEAL, _SEALS)
    return page, file


def attach(file: int) -> mmap.mmap:
    """Map the page of another process."""
    return mmap.mmap(file, BYTES, prot=mmap.PROT_READ)
