"""How are times, shares, numbers and event types formatted on a page?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from factory.events.incident import DriftEnded, IncidentClosed
from factory.events.model import ModelDeployed
from factory.events.people import ModelApproved
from factory.events.training import ModelRegistered
from report.traffic import parse_time

SMALL = 0.1  # shares below it get one more digit
GOOD = (
    ModelRegistered.TYPE,
    ModelApproved.TYPE,
    ModelDeployed.TYPE,
    IncidentClosed.TYPE,
    DriftEnded.TYPE,
)
BAD = ("failed", "refused", "rejected", "opened", "detected", "quarantined")


def long_time(text: str) -> str:
    """Return the date and the time to the second, in UTC."""
    return f"{parse_time(text):%-d %B %Y, %H:%M:%S}"


def short_time(text: str) -> str:
    """Return a time that fits into a table."""
    return f"{parse_time(text):%-d %b %H:%M:%S}"


def clock_time(text: str) -> str:
    """Return hours and minutes."""
    return f"{parse_time(text):%H:%M}"


def duration(start: str, end: str) -> str:
    """Return the duration in its two largest units."""
    seconds = int((parse_time(end) - parse_time(start)) / timedelta(seconds=1))
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def percent(share: float) -> str:
    """Return a share between 0 and 1 as a percentage."""
    value = 100 * share
    return f"{value:.1f} %" if 0 < share < SMALL else f"{value:.0f} %"


def number(value: float) -> str:
    """Return a number with up to four decimals, and with a typographic minus sign."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


def event_name(event: str) -> str:
    """Return an event type as readable text: `model.deployed` is "deployed"."""
    return event.removeprefix("model.").replace(".", " ")


def tone(event: str) -> str:
    """Return whether an event is good news, bad news or neither."""
    if event in GOOD:
        return "good"
    return "bad" if event.rsplit(".", maxsplit=1)[-1] in BAD else "plain"


def actor_name(actor: str) -> str:
    """Return an actor without the prefix that says its kind."""
    return actor.rsplit("/", 1)[-1]


def plural(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun in singular or plural."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(names: Sequence[str]) -> str:
    """Return names as an enumeration in a sentence."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
