"""Which environment runs an invocation? A warm one of the same version, or a new one."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from localcloud.functions.environment import Environment

MOST_PROCESSES = 100
"""What protects the machine: further invocations wait for one of these to end."""
MOST_WARM = 32
"""How many environments wait for an invocation; the one that has waited longest ends first."""


@dataclass(frozen=True)
class Key:
    """What an environment can be used for again."""

    function: str
    """The function's ARN, without a qualifier."""
    version: str
    settings: str


class Throttled(Exception):
    """All of a function's reserved concurrency is in use."""


@dataclass
class Pool:
    """All environments of this cloud."""

    _change: threading.Condition = field(default_factory=threading.Condition)
    _warm: OrderedDict[Environment, Key] = field(default_factory=OrderedDict)
    """Those that wait, the one that has waited longest first."""
    _busy: dict[Environment, Key] = field(default_factory=dict)
    _running: Counter[str] = field(default_factory=Counter)
    """By function: its invocations, those that wait for a process too."""
    _starting: int = 0

    @contextlib.contextmanager
    def turn(self, function: str, reserved: int | None) -> Iterator[None]:
        """Count an invocation of a function; raise Throttled if it is one too many."""
        with self._change:
            if reserved is not None and self._running[function] >= reserved:
                raise Throttled(function)
            self._running[function] += 1
        try:
            yield
        finally:
            with self._change:
                self._running[function] -= 1

    def is_free(self, function: str, reserved: int | None) -> bool:
        """Whether another invocation of a function would have its turn."""
        with self._change:
            return reserved is None or self._running[function] < reserved

    def take(self, key: Key, make: Callable[[], Environment]) -> tuple[Environment, bool]:
        """Return an environment for one invocation, and whether it is new."""
        with self._change:
            while (warm := self._found(key)) is None and not self._has_room():
                self._change.wait()
            if warm is not None:
                self._busy[warm] = key
                return warm, False
            self._starting += 1
        try:
            made = make()
        finally:
            with self._change:
                self._starting -= 1
                self._change.notify_all()
        with self._change:
            self._busy[made] = key
        return made, True

    def give_back(self, environment: Environment) -> None:
        """Keep an environment for the next invocation, if it can take one."""
        with self._change:
            key = self._busy.pop(environment)
            if environment.usable:
                self._warm[environment] = key
            else:
                environment.end()
            while len(self._warm) > MOST_WARM:
                self._warm.popitem(last=False)[0].end()
            self._change.notify_all()

    def retire(self, function: str | None = None) -> None:
        """End the environments of a function, or all: those that are busy after their run."""
        with self._change:
            for environment in [
                e for e, key in self._warm.items() if function in {None, key.function}
            ]:
                del self._warm[environment]
                environment.end()
            for environment, key in self._busy.items():
                if function in {None, key.function}:
                    environment.retired = True

    def _found(self, key: Key) -> Environment | None:
        """Take the environment that was used last; end those that cannot be used any more."""
        for environment in [e for e, other in reversed(self._warm.items()) if other == key]:
            del self._warm[environment]
            if environment.usable:
                return environment
            environment.end()
        return None

    def _has_room(self) -> bool:
        if len(self._busy) + self._starting >= MOST_PROCESSES:
            return False
        while len(self._busy) + self._starting + len(self._warm) >= MOST_PROCESSES:
            self._warm.popitem(last=False)[0].end()
        return True


def _part() -> None:
    """Leave all environments to the process that this one is a copy of."""
    pool.__init__()  # type: ignore[misc]  # it is as new


pool = Pool()
os.register_at_fork(after_in_child=_part)
