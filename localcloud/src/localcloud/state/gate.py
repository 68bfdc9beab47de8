"""When is nothing half done?

Calls and pieces of work enter; a snapshot closes the gate while nobody is inside. Who is inside and
waits for others (a call of a function that runs) steps aside meanwhile.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localcloud.realtime import Deadline


class Gate:
    """Many may be inside, or one alone may have closed it."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._inside = 0
        self._closed = False
        self._waiting = 0
        self._own = threading.local()
        self.entries = 0
        """How many there were that may have changed something."""
        self.latest = time.perf_counter()
        """When the latest of them entered or left, in real seconds."""

    @contextlib.contextmanager
    def entered(self, *, reading: bool = False) -> Iterator[None]:
        """Be inside; who is inside already enters at once."""
        depth = getattr(self._own, "depth", 0)
        if not depth:
            self._enter(reading=reading)
            self._own.reading = reading
        self._own.depth = depth + 1
        try:
            yield
        finally:
            self._own.depth = depth
            if not depth:
                self._leave(reading=reading)

    @contextlib.contextmanager
    def aside(self, *, idle: bool = False) -> Iterator[None]:
        """Be outside, to wait for others; nothing may be half done then.

        Who is *idle* has changed nothing since it was outside before.
        """
        depth = getattr(self._own, "depth", 0)
        if depth:
            self._own.depth = 0
            self._leave(reading=idle)
        try:
            yield
        finally:
            if depth:
                self._enter(reading=idle)
                self._own.depth = depth

    @contextlib.contextmanager
    def closed(self, deadline: Deadline) -> Iterator[bool]:
        """Be alone; yields whether that came about in time. Nobody enters while this waits."""
        with self._change:
            self._closed = True
            while self._inside and not deadline.over:
                self._change.wait(deadline.left)
            alone = not self._inside
            self._closed = alone
            self._change.notify_all()
        try:
            yield alone
        finally:
            with self._change:
                self._closed = False
                self._change.notify_all()

    def _enter(self, *, reading: bool) -> None:
        with self._change:
            self._waiting += 1
            while self._closed:
                self._change.wait()
            self._waiting -= 1
            self._inside += 1
            self._note(reading=reading)

    def _leave(self, *, reading: bool) -> None:
        with self._change:
            self._inside -= 1
            self._note(reading=reading)
            self._change.notify_all()

    def _note(self, *, reading: bool) -> None:
        if not reading:
            self.entries += 1
            self.latest = time.perf_counter()

    def is_wanted(self) -> bool:
        """Tell whether anybody waits to enter."""
        return bool(self._waiting)

    @property
    def is_reading(self) -> bool:
        """Tell whether this thread is inside and changes nothing."""
        return getattr(self._own, "depth", 0) > 0 and self._own.reading

    @property
    def busy(self) -> bool:
        """Tell whether anybody is inside."""
        return bool(self._inside)


_NOTHING = contextlib.nullcontext()
_gate: Gate | None = None
"""None where nobody ever closes it: then it costs nothing."""


def install() -> Gate:
    """Let there be a gate that can be closed, and return it."""
    global _gate  # noqa: PLW0603 - one process, one gate
    _gate = Gate()
    return _gate


def entered(*, reading: bool = False) -> contextlib.AbstractContextManager[None]:
    """Be inside the cloud's gate."""
    return _gate.entered(reading=reading) if _gate else _NOTHING


def aside(*, idle: bool = False) -> contextlib.AbstractContextManager[None]:
    """Be outside the cloud's gate while waiting for others."""
    return _gate.aside(idle=idle) if _gate else _NOTHING


def is_reading() -> bool:
    """Tell whether this thread answers a call that changes nothing."""
    return _gate.is_reading if _gate else False
