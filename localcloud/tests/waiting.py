"""How long does a test wait for what has to come? So long that only what never comes is missed."""

from __future__ import annotations

import time

PATIENCE = 300  # seconds; a bound for what is broken, not for what is slow


def until(ask, good=bool):
    """Ask until the answer is good and return it; fail when patience is over."""
    end = time.perf_counter() + PATIENCE
    while not good(answer := ask()):
        assert time.perf_counter() < end, f"still {answer!r} after {PATIENCE} seconds"
        time.sleep(0.02)
    return answer
