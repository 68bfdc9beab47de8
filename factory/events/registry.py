"""Which types of events are there, and which one is this?

It imports every type; a function that knows which ones it may get imports those alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    kind = Envelope.of(raw).type
    if kind not in TYPES:
        raise MalformedEvent(f"{kind}: there is no such type of event")
    return TYPES[kind].of(raw)
