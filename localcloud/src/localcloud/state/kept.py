"""What of localcloud's own belongs to the cloud's state, and what is to be done when it is back?

Every store says so itself: a container by `keep`, anything else by `keep_by`. Stores whose names
begin alike, up to the first ``/``, are written together, so that what they share stays shared.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, MutableMapping, MutableSequence, MutableSet
from typing import Any, TypeVar

from localcloud.places import PerPlace
from localcloud.state.references import Reference

RESTARTED = "The local cloud was restarted while this was under way."
"""Why something ended that no process can go on with."""
Container = MutableMapping[Any, Any] | MutableSequence[Any] | MutableSet[Any] | deque[Any]
Work = TypeVar("Work", bound=Callable[..., object])
stores: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
"""By name: what returns the store's content, and what puts it back."""
containers: dict[str, Container] = {}
"""Those of `keep`, by the same names."""
references: dict[type, Reference] = {}
"""Classes of localcloud's whose objects are written down by name alone."""
works: dict[str, Callable[..., object]] = {}
"""Functions that work may wait for, by name: see `durable`."""
_restored: list[Callable[[], None]] = []


def keep(name: str, container: Any) -> None:
    """Let *container*, which lives as long as the process, have its content back."""
    containers[name] = container
    if isinstance(container, PerPlace):
        keep_by(name, container.parts, container.put_back)
        return
    kind = dict if isinstance(container, MutableMapping) else list
    keep_by(name, lambda: kind(container), lambda content: _fill(container, content))


def keep_by(name: str, get: Callable[[], Any], put: Callable[[Any], None]) -> None:
    """Let *put* be given after a restart what *get* returned before."""
    if name in stores:
        raise ValueError(f"{name} is kept already: give each store a name of its own")
    stores[name] = (get, put)


def durable(work: Work) -> Work:
    """Let a function be called after a restart with the arguments that it waited with before.

    The reactor is given ``functools.partial(function, ...)`` of it; its arguments are plain data.
    """
    works[f"{work.__module__}.{work.__qualname__}"] = work
    return work


def on_restored(work: Callable[[], None]) -> None:
    """Call *work* when everything is back: it plans what is due and ends what was under way."""
    _restored.append(work)


def resume() -> None:
    """Do what `on_restored` was given, in the order of installation."""
    for work in _restored:
        work()


def empty() -> None:
    """Empty all containers, as a reset of the cloud does."""
    for container in containers.values():
        container.clear()


def _fill(container: Any, content: Any) -> None:
    container.clear()
    if isinstance(container, MutableMapping):
        container.update(content)
    elif isinstance(container, MutableSet):
        for item in content:
            container.add(item)
    else:
        container.extend(content)
