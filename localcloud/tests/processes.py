"""Which processes of this machine came of one, and are they still there?"""

from __future__ import annotations

import contextlib
from pathlib import Path


def descendants(number):
    """Yield a process and all that came of it, by their numbers on this machine."""
    yield number
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == number:
                yield from descendants(int(place.name))


def alive(number):
    try:
        state = (
            Path(f"/proc/{number}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        )
    except OSError:
        return False
    return state != "Z"
