"""Has an endpoint answered requests and captured none of them?

SageMaker answers on when it cannot write captures, and tells nobody. What is not captured is not
watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

HOUR = 3600
PERIOD = 300  # seconds; 289 of them are a day, and GetMetricStatistics gives 1,440
PATIENCE = 15 * 60
"""Seconds after an answer in which its capture must be written."""
LOOK_BACK = (0, 1, 24)
"""Hours before the one that is looked at. An endpoint that captures little of little traffic has
requests enough in a day only."""
RECENT = 2
"""How many of these say whether captures come now."""
UNLUCKY = 1e-6
"""How likely it may be that an honest endpoint captured none of its answers by chance."""


@dataclass(frozen=True, kw_only=True)
class Captured:
    """What an endpoint answered since it captured anything, as far as it was looked at."""

    came: bool
    """Whether something was captured in the last two hours."""
    answered: int
    """Requests that were answered and of which nothing was captured."""
    percent: int
    """The share of its answers that it is to capture."""

    @property
    def missing(self) -> bool:
        """Whether that is no chance."""
        return float((1 - self.percent / 100) ** self.answered) < UNLUCKY


def until(now: float) -> datetime:
    """Return up to when answers count: what came later may not be written yet."""
    return _moment(_whole(now - PATIENCE, PERIOD))


def beginnings(now: float, changed: str) -> tuple[datetime, ...]:
    """Return the moments since when there may be no capture, the latest first.

    They are whole hours, as the keys of captures are. None is before the endpoint was *changed*:
    it then served something else.
    """
    end, first = until(now), -_whole(-datetime.fromisoformat(changed).timestamp(), PERIOD)
    hour = _whole(end.timestamp(), HOUR)
    found = (_moment(max(hour - back * HOUR, first)) for back in LOOK_BACK)
    return tuple(start for start in dict.fromkeys(found) if start < end)


def folder(start: datetime) -> str:
    """Return the folder of the hour of *start*, in which SageMaker writes captures; keys sort."""
    return f"{start:%Y/%m/%d/%H}"


def _whole(seconds: float, unit: int) -> int:
    return int(seconds // unit) * unit


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
