"""What is done each midnight (UTC) of the cloud's clock?

AWS does such work within days; here it is done at the first midnight on which it is due.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from localcloud import clock, reactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.timers import Timer

DAY = 86_400
_works: list[tuple[Callable[[], bool], Callable[[], None]]] = []
_planned: list[Timer] = []
"""The timer of the next midnight, while somebody needs it."""


def do(needed: Callable[[], bool], work: Callable[[], None]) -> None:
    """Do *work* each midnight, as long as *needed* says that there is anything it could do."""
    _works.append((needed, work))


def _plan() -> None:
    if _planned or not any(needed() for needed, _ in _works):
        return
    midnight = (math.floor(clock.now() / DAY) + 1) * DAY
    _planned.append(reactor.at(midnight, "midnight", _act))


def _act() -> None:
    _planned.clear()
    for needed, work in _works:
        if needed():
            work()
    _plan()


def install() -> None:
    """Look whether there is anything to do whenever the cloud is at rest."""
    reactor.watch(_plan)
    reactor.on_settle(_plan)
