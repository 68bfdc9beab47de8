"""How does a run end whose function's time is over?

A thread cannot be killed. An exception is raised in it instead, at a moment when it runs the
function's own code: never inside this cloud, a library that calls it or an import, whose state
would be left half changed. A call of AWS is refused before it begins. Code that waits in C
(time.sleep) fails when it comes back.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

PAUSE_SECONDS = 0.01
_NOT_TO_BREAK = ("localcloud", "moto", "botocore", "boto3", "importlib", "threading", "logging")


class TimedOut(BaseException):
    """The function ran longer than its Timeout; its own ``except Exception`` is not to catch it."""


def within(seconds: float, work: Callable[[], Any]) -> Any:
    """Return what *work* returns, or raise TimedOut when that takes more than *seconds*."""
    watch, before = _Watch(seconds, sys._getframe()), getattr(_running, "watch", None)
    _running.watch = watch
    try:
        answer = work()
    finally:
        late = watch.end()
        _running.watch = before
    if late:
        raise TimedOut
    return answer


def check(**_event: Any) -> None:
    """Raise TimedOut when the time of this thread's run is over; a handler of botocore's events."""
    watch = getattr(_running, "watch", None)
    if watch is not None and watch.over:
        raise TimedOut


_running = threading.local()


class _Watch:
    """Watches one thread while it does one piece of work."""

    def __init__(self, seconds: float, frame: FrameType) -> None:
        self._thread = threading.get_ident()
        self._frame = frame
        self._due = time.perf_counter() + seconds  # the cloud's own clock can be advanced
        self._lock = threading.Lock()
        self._ended = threading.Event()
        threading.Thread(target=self._watch, args=(seconds,), daemon=True).start()

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return time.perf_counter() > self._due

    def end(self) -> bool:
        """Stop watching and tell whether the time was over."""
        with self._lock:
            self._ended.set()
            _raise_in(self._thread, None)
        return self.over

    def _watch(self, seconds: float) -> None:
        pause = seconds
        while not self._ended.wait(pause):
            pause = PAUSE_SECONDS
            with self._lock:
                if not self._ended.is_set() and self._in_own_code():
                    _raise_in(self._thread, TimedOut)
                    return

    def _in_own_code(self) -> bool:
        frame = sys._current_frames().get(self._thread)
        while frame is not None and frame is not self._frame:
            module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            if module.lstrip("_") in _NOT_TO_BREAK and not _is_work(frame, self._frame):
                return False
            frame = frame.f_back
        return frame is not None


def _is_work(frame: FrameType, below: FrameType) -> bool:
    """Tell whether this is the callable itself that was handed to `within`."""
    return frame.f_back is below


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Let *thread* raise *error* at its next step; None takes back what is not raised yet."""
    raised = ctypes.py_object(error) if error else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
