"""What work is waiting, running or due? The only place where asynchronous work happens."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import threading
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from localcloud import clock, places
from localcloud.realtime import Deadline
from localcloud.state import gate
from localcloud.timers import Timer

SETTLE_SECONDS = 300  # a bound for work that never ends, not for a slow machine
FLUSH_SECONDS = 3  # less than whoever ends the process waits for its end
IDLE_SECONDS = 0.2  # how often unannounced work (a message visible again) is looked for


class Pending(NamedTuple):
    """Work that is not done."""

    name: str
    work: Callable[[], object]
    when: float | None = None
    """When a timer is due."""
    apart: bool = False
    """Whether it is done on a thread of its own."""


class Reactor:
    """A queue of short work done in order, threads for long work, and timers on the clock."""

    def __init__(self) -> None:
        self.failures: deque[dict[str, str]] = deque(maxlen=1000)
        self._change = threading.Condition()
        self._queue: deque[tuple[str, Callable[[], object]]] = deque()
        self._timers: list[Timer] = []
        self._running: list[str] = []
        self._current: Pending | None = None
        self._awaited: list[Pending] = []  # what is running on threads and is no long work
        self._begun = 0  # how much work there has been; rest is when looking for some finds none
        self._numbers = itertools.count()
        self._closers: list[Callable[[], None]] = []
        self._probes: list[Callable[[], None]] = []
        self._settlers: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self._local = threading.local()
        clock.on_advance(self._wake)

    def submit(self, name: str, work: Callable[[], object]) -> None:
        """Do short *work* on the reactor's thread, after everything submitted before."""
        with self._change:
            self._queue.append((name, places.bound(work)))
            self._begun += 1
            self._start()
            self._change.notify_all()

    def spawn(self, name: str, work: Callable[[], object]) -> None:
        """Do long *work* on a thread of its own, which ends with the process."""
        with self._change:
            self._running.append(name)
            self._begun += 1
        args = (name, places.bound(work))
        threading.Thread(target=self._run, args=args, name=name, daemon=True).start()

    def start(self, name: str, work: Callable[[], object]) -> None:
        """Do *work* on a thread of its own; unlike long work, ``advance`` waits for it."""
        begun = Pending(name, places.bound(work), apart=True)
        with self._change:
            self._awaited.append(begun)
        self.spawn(name, lambda: self._finish(begun))

    def _finish(self, begun: Pending) -> None:
        with gate.entered():
            try:
                begun.work()
            finally:
                with self._change:
                    self._awaited.remove(begun)

    def at(self, when: float, name: str, work: Callable[[], object]) -> Timer:
        """Submit *work* when the cloud's clock reaches *when*; the answer can be cancelled."""
        timer = Timer(when, next(self._numbers), name, places.bound(work))
        with self._change:
            heapq.heappush(self._timers, timer)
            self._start()
            self._change.notify_all()
        return timer

    def watch(self, probe: Callable[[], None]) -> None:
        """Call *probe* whenever nothing is queued: it looks for unannounced work and submits it."""
        self._probes.append(probe)

    def on_settle(self, work: Callable[[], None]) -> None:
        """Call *work* whenever somebody waits for rest: it submits what would come later."""
        self._settlers.append(work)

    def next_due(self) -> float | None:
        """Return when the next timer is due."""
        with self._change:
            self._drop_cancelled()
            return self._timers[0].when if self._timers else None

    def settle(self, timeout: float = SETTLE_SECONDS, *, spawned: bool = True) -> dict[str, Any]:
        """Block until nothing is queued, running or due, at most *timeout* real seconds.

        Timers of the future do not block; with *spawned* False neither does long work.
        """
        if getattr(self._local, "working", False):
            raise RuntimeError("settle() inside the reactor's own work would wait for itself.")
        deadline = Deadline(timeout)
        idle = False
        while not idle and not deadline.over:
            with self._change:
                while not self._quiet(spawned=spawned) and not deadline.over:
                    self._change.wait(deadline.left)
                begun = self._begun
            self._probe()
            for work in self._settlers if spawned else ():
                work()
            with self._change:
                idle = self._quiet(spawned=spawned) and self._begun == begun
        return {"idle": idle, "next_due": self.next_due(), "failures": list(self.failures)}

    def advance(self, seconds: float, timeout: float = SETTLE_SECONDS) -> None:
        """Move the cloud's clock, stopping at every timer on the way until its work is done."""
        if seconds < 0:
            raise ValueError(f"The cloud's clock cannot go back: {seconds} seconds are negative.")
        if not self.settle(timeout, spawned=False)["idle"]:  # what was asked for before is due now
            raise TimeoutError(f"Work that was there before did not end within {timeout} seconds.")
        end = clock.now() + seconds
        while (due := self.next_due()) is not None and due <= end:
            clock.advance(max(0.0, due - clock.now()))
            if not self.settle(timeout, spawned=False)["idle"]:
                raise TimeoutError(f"Work due at {due} did not end within {timeout} seconds.")
        clock.advance(max(0.0, end - clock.now()))
        self.settle(timeout, spawned=False)

    def flush(self, timeout: float = FLUSH_SECONDS) -> None:
        """Do what somebody who waits for rest would let be done, for a moment."""
        for work in self._settlers:
            work()
        deadline = Deadline(timeout)
        with self._change:
            while not self._quiet(spawned=False) and not deadline.over:
                self._change.wait(deadline.left)

    def on_close(self, work: Callable[[], None]) -> None:
        """Call *work* when the cloud ends, to end child processes and the like."""
        self._closers.append(work)

    def close(self) -> None:
        """End what has to end with the cloud, last come first; each gets its turn."""
        with contextlib.ExitStack() as stack:
            for work in self._closers:
                stack.callback(work)

    def waiting(self) -> list[str]:
        """Return the names of what is running and queued."""
        with self._change:
            return [*self._running, *(name for name, _ in self._queue)]

    def pending(self) -> list[Pending]:
        """Return what is running in its turn or awaited, what is queued, and what is due."""
        with self._change:
            current = [self._current] if self._current else []
            queued = [Pending(name, work) for name, work in self._queue]
            timers = [each for each in sorted(self._timers) if not each.cancelled]
            awaited = list(self._awaited)
        due = [Pending(each.name, each.work, each.when) for each in timers]
        return [*current, *awaited, *queued, *due]

    def put_back(self, pending: Pending) -> None:
        """Let work be done that was `pending` in another process."""
        if pending.when is not None:
            self.at(pending.when, pending.name, pending.work)
        elif pending.apart:
            self.start(pending.name, pending.work)
        else:
            self.submit(pending.name, pending.work)

    def _quiet(self, *, spawned: bool) -> bool:
        self._promote()
        busy = self._running if spawned else [*self._awaited, *self._in_order()]
        return not self._queue and not busy

    def _in_order(self) -> list[str]:
        return [name for name in self._running if name == "reactor"]

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="reactor", daemon=True)
            self._thread.start()

    def _loop(self) -> None:
        while True:
            with self._change:
                self._promote()
                item = self._current = Pending(*self._queue.popleft()) if self._queue else None
                if item is None:
                    self._change.wait(self._pause())
                else:
                    self._running.append("reactor")
            if item is None:
                self._probe()
            else:
                self._in_turn(item)

    def _in_turn(self, item: Pending) -> None:
        with gate.entered():
            self._run(item.name, item.work, slot="reactor")
            self._current = None

    def _run(self, name: str, work: Callable[[], object], slot: str | None = None) -> None:
        self._local.working = True
        try:
            work()
        except Exception:  # noqa: BLE001 - reported, whatever it is
            self.failures.append({"name": name, "traceback": traceback.format_exc()})
        finally:
            with self._change:
                self._running.remove(slot or name)
                self._change.notify_all()

    def _probe(self) -> None:
        for probe in self._probes:
            try:
                probe()
            except Exception:  # noqa: BLE001 - as for any work
                self.failures.append({"name": "probe", "traceback": traceback.format_exc()})

    def _promote(self) -> None:
        self._drop_cancelled()
        while self._timers and self._timers[0].when <= clock.now():
            timer = heapq.heappop(self._timers)
            self._queue.append((timer.name, timer.work))
            self._begun += 1
            self._change.notify_all()
            self._drop_cancelled()

    def _drop_cancelled(self) -> None:
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)

    def _pause(self) -> float:
        due = self._timers[0].when - clock.now() if self._timers else IDLE_SECONDS
        return max(0.0, min(IDLE_SECONDS, due))

    def _wake(self) -> None:
        with self._change:
            self._change.notify_all()


_reactor = Reactor()
submit = _reactor.submit
spawn = _reactor.spawn
start = _reactor.start
at = _reactor.at
watch = _reactor.watch
on_settle = _reactor.on_settle
settle = _reactor.settle
advance = _reactor.advance
waiting = _reactor.waiting
pending = _reactor.pending
put_back = _reactor.put_back
on_close = _reactor.on_close
close = _reactor.close
flush = _reactor.flush
failures = _reactor.failures
