"""How is a fact said briefly? Times, shares, numbers, and the words of the bus."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from factory.events.incident import DriftEnded, IncidentClosed
from factory.events.model import ModelDeployed
from factory.events.people import ModelApproved
from factory.events.training import ModelRegistered
from report.traffic import moment

SMALL = 0.1  # shares below it are written with a digit more
GOOD = (
    ModelRegistered.TYPE,
    ModelApproved.TYPE,
    ModelDeployed.TYPE,
    IncidentClosed.TYPE,
    DriftEnded.TYPE,
)
BAD = ("failed", "refused", "rejected", "opened", "detected", "quarantined")


def day(text: str) -> str:
    """Return the date and the time to the second, in UTC."""
    return f"{moment(text):%-d %B %Y, %H:%M:%S}"


def stamp(text: str) -> str:
    """Return a time that fits a table."""
    return f"{moment(text):%-d %b %H:%M:%S}"


def clock(text: str) -> str:
    """Return hour and minute."""
    return f"{moment(text):%H:%M}"


def lasting(start: str, end: str) -> str:
    """Return how long something took, in the two largest units that matter."""
    seconds = int((moment(end) - moment(start)) / timedelta(seconds=1))
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def percent(share: float) -> str:
    """Return a share of one in percent."""
    value = 100 * share
    return f"{value:.1f} %" if 0 < share < SMALL else f"{value:.0f} %"


def signed(value: float) -> str:
    """Return a measured number with its four digits; below zero with a real minus."""
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


def kind(event: str) -> str:
    """Return what happened as a person says it: `model.deployed` is "deployed"."""
    return event.removeprefix("model.").replace(".", " ")


def tone(event: str) -> str:
    """Return whether an event is good news, bad news or neither."""
    if event in GOOD:
        return "good"
    return "bad" if event.rsplit(".", maxsplit=1)[-1] in BAD else "plain"


def who(actor: str) -> str:
    """Return an actor without the word that says which kind it is."""
    return actor.rsplit("/", 1)[-1]


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
