"""Which work that waits goes on after a restart?

That of `kept.durable` functions. What else waits is planned anew by whoever planned it, or ends
with the processes that it was about.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from localcloud import reactor
from localcloud.state import kept
from localcloud.state.references import Foreign

Waiting = tuple[float | None, str, Callable[[], object]]
"""When (None: now), the work's name, and the work."""


def written() -> list[tuple[Any, ...]]:
    """Return the work that waits, as plain data."""
    names = {function: name for name, function in kept.works.items()}
    return [
        (when, name, names[work.func], work.args, work.keywords)
        for when, name, work in reactor.pending()
        if isinstance(work, functools.partial) and work.func in names
    ]


def read(content: list[tuple[Any, ...]]) -> list[Waiting]:
    """Return the work again; raise Foreign for functions that no work waits for."""
    return [(when, name, _partial(*call)) for when, name, *call in content]


def _partial(function: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    if function not in kept.works:
        raise Foreign(f"it has work that is not there: {function!r}")
    return functools.partial(kept.works[function], *arguments, **keywords)
