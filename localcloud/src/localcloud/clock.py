"""What time is it in the cloud?"""

from __future__ import annotations

import functools
import math
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from localcloud import shared_clock

if TYPE_CHECKING:
    from collections.abc import Callable

_listeners: list[Callable[[], None]] = []
_writing = threading.RLock()


@functools.cache
def _page() -> tuple[shared_clock.SharedClock, int]:
    """Take over the process's clock, from now on and ticking; only once."""
    now = time.time_ns()
    page, file = shared_clock.create()
    clock = shared_clock.travel(page)
    clock.write(now, stopped=False)
    os.register_at_fork(after_in_child=_part)
    return clock, file


def _part() -> None:
    """Give a copy of this process a clock of its own: moving it is not to move this one's."""
    before, _ = _page()
    now, stopped = before.time_ns(), before.stopped
    page, _ = shared_clock.create()
    before.use(page)
    before.write(now, stopped=stopped)


def page_file() -> int:
    """Return the number of a file that other processes read this clock from."""
    return _page()[1]


def now() -> float:
    """Return the cloud's time in seconds since 1970; so do time.time() and datetime.now()."""
    return time.time()


def advance(seconds: float) -> None:
    """Move the clock of the cloud and its functions forward; what became due runs afterwards.

    ``reactor.advance`` stops at every timer on the way; this one does not.
    """
    if seconds < 0:
        raise ValueError(f"The cloud's clock cannot go back: {seconds} seconds are negative.")
    clock, _ = _page()
    with _writing:
        later = math.ceil(seconds * 1e6) * 1000  # a float never is exact
        clock.write(clock.time_ns() + later, stopped=clock.stopped)
    for listener in _listeners:
        listener()


def stop() -> None:
    """Let time stand still from now on: only ``advance`` moves it."""
    _let(stopped=True)


def resume() -> None:
    """Let time go on with the machine's own, from where it stands."""
    _let(stopped=False)


def _let(*, stopped: bool) -> None:
    clock, _ = _page()
    with _writing:
        clock.write(clock.time_ns(), stopped=stopped)


def is_stopped() -> bool:
    """Tell whether time stands still."""
    return _page()[0].stopped


def state() -> dict[str, Any]:
    """Return how this clock differs from the machine's, for `put_back`."""
    clock, _ = _page()
    with _writing:
        stopped, nanoseconds = clock.state()
    return {"stopped": stopped, "nanoseconds": nanoseconds}


def put_back(before: dict[str, Any]) -> None:
    """Go on as a clock with that `state`: a stopped one stands where it stood."""
    clock, _ = _page()
    with _writing:
        clock.put_back(stopped=bool(before["stopped"]), nanoseconds=int(before["nanoseconds"]))


def on_advance(listener: Callable[[], None]) -> None:
    """Call *listener* after every move of the clock."""
    _listeners.append(listener)
