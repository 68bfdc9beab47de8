"""What time is it in the cloud?"""

from __future__ import annotations

import functools
import math
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import time_machine

if TYPE_CHECKING:
    from collections.abc import Callable

_listeners: list[Callable[[], None]] = []
_stopped = threading.Event()
_ahead = [0.0]
"""By how many seconds a ticking clock is ahead of the machine's; it changes when it is moved."""


@functools.cache
def _coordinates() -> time_machine.Coordinates:
    """Take over the process's clock, from now on and ticking; only once."""
    return time_machine.travel(time.time(), tick=True).start()


def now() -> float:
    """Return the cloud's time in seconds since 1970; so do time.time() and datetime.now()."""
    return time.time()


def advance(seconds: float) -> None:
    """Move the whole process's clock forward at once; what became due meanwhile runs afterwards.

    ``reactor.advance`` stops at every timer on the way; this one does not.
    """
    if seconds < 0:
        raise ValueError(f"The cloud's clock cannot go back: {seconds} seconds are negative.")
    _coordinates().shift(timedelta(microseconds=math.ceil(seconds * 1e6)))  # a float never is exact
    _ahead[0] = now() - _real()
    for listener in _listeners:
        listener()


def stop() -> None:
    """Let time stand still from now on: only ``advance`` moves it."""
    _coordinates().move_to(now(), tick=False)
    _stopped.set()


def resume() -> None:
    """Let time go on with the machine's own, from where it stands."""
    _coordinates().move_to(now(), tick=True)
    _ahead[0] = now() - _real()
    _stopped.clear()


def is_stopped() -> bool:
    """Tell whether time stands still."""
    return _stopped.is_set()


def state() -> dict[str, Any]:
    """Return how this clock differs from the machine's, for `put_back`."""
    if is_stopped():
        return {"stopped": True, "now": now()}
    return {"stopped": False, "ahead": _ahead[0]}


def put_back(before: dict[str, Any]) -> None:
    """Go on as a clock with that `state`: a stopped one stands where it stood."""
    if before["stopped"]:
        _coordinates().move_to(float(before["now"]), tick=False)
        _stopped.set()
    elif before["ahead"]:
        _ahead[0] = float(before["ahead"])
        _coordinates().move_to(_real() + _ahead[0], tick=True)


def _real() -> float:
    """Return the machine's time; nobody can ask for it before the clock was taken over."""
    taken_over = _coordinates.cache_info().currsize
    return time_machine.escape_hatch.time.time() if taken_over else time.time()


def on_advance(listener: Callable[[], None]) -> None:
    """Call *listener* after every move of the clock."""
    _listeners.append(listener)
