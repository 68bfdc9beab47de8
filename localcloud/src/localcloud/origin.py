"""From which run of a function, or from which container, does a call come?

Each reaches the cloud through a door of its own: where a call comes in tells whose it is, whatever
it says.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections import Counter
from collections.abc import Iterator

Chain = Counter[str]
"""How often each function has run in one chain of messages."""


class Door:
    """Where the calls of one environment or container come in."""

    def __init__(self, role: str | None = None) -> None:
        self.role = role
        """The ARN of the role whose credentials are handed out there, as in a container."""
        self.chain: Chain = Counter()
        """The chain of the run that goes on in the environment."""


_door: contextvars.ContextVar[Door | None] = contextvars.ContextVar("door", default=None)


def current() -> Door | None:
    """Return the door of the call this thread answers; None for calls from elsewhere."""
    return _door.get()


@contextlib.contextmanager
def coming_through(door: Door) -> Iterator[None]:
    """Answer a call that comes in at *door*."""
    token = _door.set(door)
    try:
        yield
    finally:
        _door.reset(token)
