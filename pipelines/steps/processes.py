"""How is code that nobody trusts kept from the process that examines it, and how does it end?

The examiner and the candidate have one user: what a container of an endpoint has, so has this.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DUMPABLE, ADOPT_ORPHANS = 4, 36  # of prctl: PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER
MACHINES = 0xEFFFFFFC  # the number of the process namespace that a machine starts with
LONGEST = 30  # seconds until all that a candidate has started is gone
PROC = Path("/proc")


class Process(NamedTuple):
    """One process; its number may be another's later, but not with the same beginning."""

    number: int
    began: int
    """In ticks since the machine began."""


def shield() -> None:
    """Let no other process of this user read or write this one's memory, and adopt orphans.

    Whatever a child starts stays a descendant, also when its parent has ended. Nor do the words
    that this process was started with stand for others to read. Where the kernel is not Linux
    nothing happens: containers of the service are.
    """
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        start, end = map(int, (PROC / "self/stat").read_text().rpartition(")")[2].split()[45:47])
        ctypes.memset(start, 0, end - start)
        library.prctl(DUMPABLE, 0, 0, 0, 0)
        library.prctl(ADOPT_ORPHANS, 1, 0, 0, 0)


def running(*, alone: bool) -> set[Process]:
    """Return the descendants of this process; all but it and its ancestors in a container *alone*.

    *alone* is believed only where the machine itself has other processes than are seen here.
    """
    parents = dict(_seen())
    numbers = {process.number: parent for process, parent in parents.items()}
    own = set(_line(os.getpid(), numbers))
    if alone and (PROC / "self/ns/pid").stat().st_ino != MACHINES:
        return {p for p in parents if p.number not in own}
    return {p for p in parents if p.number not in own and os.getpid() in _line(p.number, numbers)}


def end(before: set[Process], *, alone: bool) -> None:
    """Kill what runs and did not run *before*, until nothing is left of it.

    Raises TimeoutError when it does not end.
    """
    late = time.monotonic() + LONGEST
    while left := running(alone=alone) - before:
        if time.monotonic() > late:
            raise TimeoutError(f"{len(left)} processes do not end when they are killed")
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.number, signal.SIGKILL)
        _bury()
        time.sleep(0.001)


def _bury() -> None:
    """Take leave of the children that have ended, adopted ones too."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _seen() -> Iterator[tuple[Process, int]]:
    """Yield every process that is seen and not dead, with the number of its parent."""
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        with contextlib.suppress(OSError, ValueError, IndexError):
            words = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            if entry.name.isdigit() and words[0] not in {"Z", "X"}:
                yield Process(int(entry.name), int(words[19])), int(words[1])


def _line(number: int, parents: dict[int, int]) -> list[int]:
    """Return a process and its ancestors."""
    line = []
    while number and number not in line:
        line.append(number)
        number = parents.get(number, 0)
    return line
