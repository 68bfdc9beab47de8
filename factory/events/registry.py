"""Which types of events are there, and which one is this?

It imports every type; a function that knows which ones it may get imports those alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from factory.errors import MalformedEvent
from factory.events import audit, catalogue, data, incident, model, people, training
from factory.events.envelope import Envelope
from factory.events.event import DECLARED, Event

MODULES = (catalogue, data, training, people, model, incident, audit)
"""The modules of the types, in the order of a model's life."""
TYPES: Mapping[str, type[Event]] = DECLARED
"""Every type of event and its class."""


def parse(raw: Mapping[str, Any]) -> Event:
    """Read the event that EventBridge delivers in *raw*, as the class of its type."""
    return of_type(Envelope.of(raw).type).of(raw)


def of_type(kind: str) -> type[Event]:
    """Return the class of the events of type *kind*; MalformedEvent when there is none."""
    if kind not in TYPES:
        raise MalformedEvent(f"{kind}: there is no such type of event")
    return TYPES[kind]


class Speaker(NamedTuple):
    """One row of the table of who may say what."""

    type: str
    function: str
    """The function; its source is `modelworks.` and its name."""
    actors: tuple[str, ...]
    """The kinds of actors that it may name; a function names itself alone."""


def speakers() -> tuple[Speaker, ...]:
    """Return who may say what, as the classes declare it."""
    return tuple(
        Speaker(kind, function, cls.ACTORS)
        for kind, cls in TYPES.items()
        for function in cls.speakers()
    )
