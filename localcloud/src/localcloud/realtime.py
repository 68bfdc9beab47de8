"""How much real time is left, whatever becomes of the cloud's own?

The cloud's clock is the process's: ``time.monotonic()`` moves with it and stands still with it, and
so do waits of the standard library that count by it. ``time.perf_counter()`` does not.
"""

from __future__ import annotations

import time

_OFFSET = time.time() - time.perf_counter()
"""Between the two clocks before the cloud has taken one of them over."""


def now() -> float:
    """Return the machine's own time in seconds since 1970."""
    return _OFFSET + time.perf_counter()


class Deadline:
    """The end of a span of real time."""

    def __init__(self, seconds: float) -> None:
        self._end = time.perf_counter() + seconds

    @property
    def left(self) -> float:
        """Return how many seconds are left, 0 when it is over."""
        return max(0.0, self._end - time.perf_counter())

    @property
    def over(self) -> bool:
        """Tell whether the time is over."""
        return not self.left
