"""May this be said, by whom it is said and of when? The one rule of the recorder and the auditor.

Its words are fixed and hold nothing of what was said: they are kept in the ledger for good.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from factory.errors import MalformedEvent
from factory.events import registry
from factory.events.actor import check_actor
from factory.events.envelope import Envelope
from factory.ledger.chain import FIELDS, Record

AHEAD = dt.timedelta(minutes=5)
"""How far the clocks of AWS's services may be apart."""
BEHIND = dt.timedelta(days=33)
"""How long a message may have been on its way: a day of retries, four days in the queue, and twice
fourteen among dead letters."""

UNKNOWN = "no event has this type"
SOURCE = "its source may not say events of this type"
ACTOR = "its source may not say that of this actor"
PROMISE = "it lacks what its type promises"
IDENTITY = "its id is not its own"
MOMENT = "its time is no time"
EARLY = "its time is more than 33 days before it was recorded"
LATE = "its time is after it was recorded"


def refusal(envelope: Envelope, *, emitted: bool) -> str:
    """Return why the event in *envelope* may not be said; empty when it may.

    What was *emitted* came over the bus, where nobody may say what only the ledger's writer does.
    """
    if envelope.type not in registry.TYPES:
        return UNKNOWN
    cls = registry.TYPES[envelope.type]
    if envelope.function not in (cls.EMITTERS if emitted else cls.speakers()):
        return SOURCE
    try:
        check_actor(cls.TYPE, envelope.actor, cls.ACTORS, (envelope.function,))
    except MalformedEvent:
        return ACTOR
    try:
        cls.told(envelope)
    except MalformedEvent:
        return PROMISE
    return ""


def untimely(time: str, recorded: dt.datetime) -> str:
    """Return what is odd about the *time* of an event that was *recorded* then, or nothing."""
    try:
        moment = dt.datetime.fromisoformat(time).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return MOMENT
    if not time.endswith(("Z", "+00:00")):
        return MOMENT
    if moment > recorded + AHEAD:
        return LATE
    return EARLY if moment < recorded - BEHIND else ""


def envelope_of(record: Record) -> Envelope | None:
    """Return a line of the ledger as the event that came, or None when it is none."""
    if set(record) != FIELDS:
        return None
    texts = {name: record[name] for name in FIELDS - {"id", "detail"}}
    if not all(isinstance(text, str) and text for text in texts.values()):
        return None
    detail = record["detail"]
    return Envelope(**texts, detail=detail) if isinstance(detail, Mapping) else None


def heard(record: Record) -> bool:
    """Tell whether a line of the ledger is an event that may be said, so that a reader heeds it."""
    envelope = envelope_of(record)
    if envelope is None or record["id"] != envelope.id:
        return False
    return not refusal(envelope, emitted=False)
