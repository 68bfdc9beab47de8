"""Where are this cloud's temporary files, and who clears away those of a cloud that was killed?"""

from __future__ import annotations

import atexit
import fcntl
import functools
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

PREFIX = "localcloud-"
LOCK = "lock"
_locks: list[IO[str]] = []


@functools.cache
def root() -> Path:
    """Return the one folder of this process; it goes with the process."""
    _clear_away()
    made = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    lock = (made / LOCK).open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    _locks.append(lock)  # held as long as the process lives, however it ends
    atexit.register(remove)
    return made


def folder(kind: str) -> Path:
    """Make a new folder of this cloud's."""
    return Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=root()))


def remove() -> None:
    """Remove all there is of this cloud's."""
    if root.cache_info().currsize:
        shutil.rmtree(root(), ignore_errors=True)
    while _locks:
        _locks.pop().close()


def _clear_away() -> None:
    """Remove the folders of this user's clouds that have ended without doing so."""
    for place in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = place / LOCK
        if not lock.is_file() or lock.is_symlink() or place.stat().st_uid != os.getuid():
            continue
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(place, ignore_errors=True)
