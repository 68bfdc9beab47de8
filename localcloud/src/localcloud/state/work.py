"""Which work that waits goes on after a restart?

That of `kept.durable` functions, in the account and region it was to be done in. What else waits is
planned anew by whoever planned it, or ends with the processes that it was about.
"""

from __future__ import annotations

import functools
from typing import Any

from localcloud import places, reactor
from localcloud.places import Place
from localcloud.reactor import Pending
from localcloud.state import kept
from localcloud.state.references import Foreign


def written() -> list[tuple[Any, ...]]:
    """Return the work that waits, as plain data."""
    names = {function: name for name, function in kept.works.items()}
    found: list[tuple[Any, ...]] = []
    for each in reactor.pending():
        place, work = _unbound(each.work)
        if isinstance(work, functools.partial) and work.func in names:
            about = (each.name, each.when, each.apart, place.account, place.region)
            found.append((*about, names[work.func], work.args, work.keywords))
    return found


def _unbound(work: Any) -> tuple[Place, Any]:
    """Return work without its place, and that place."""
    return (work.place, work.work) if isinstance(work, places.Bound) else (places.here(), work)


def read(content: list[tuple[Any, ...]]) -> list[Pending]:
    """Return the work again; raise Foreign for functions that no work waits for."""
    return [
        Pending(name, places.bound(_partial(*call), Place(account, region)), when, apart)
        for name, when, apart, account, region, *call in content
    ]


def _partial(function: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    if function not in kept.works:
        raise Foreign(f"it has work that is not there: {function!r}")
    return functools.partial(kept.works[function], *arguments, **keywords)
