"""What came to the ledger that it could not keep as an event?

These are never emitted: the ledger's writer records them where it finds them. They hold digests and
no content, since nothing can be taken out of a ledger again; the message itself is set aside in the
queue `Refused`.
"""

from __future__ import annotations

from dataclasses import dataclass

from factory.events.event import Event, event


@dataclass(frozen=True, kw_only=True)
class SetAside(Event):
    """A message that is not kept as an event."""

    sender: str
    """Who put it on the queue, in SQS's words: for what came over the bus, EventBridge."""
    size: int
    """How many characters it has."""


@event("audit.quarantined", by=(), subject="ledger", key="SHA-256 of the message")
class MessageQuarantined(SetAside):
    """A message is not an event, or goes beyond what can be written and read back."""


@event("audit.refused", by=(), subject="ledger", key="SHA-256 of the message")
class EventRefused(SetAside):
    """A message has the form of an event, and may not be said: not so, or not by who says it."""

    type: str
    """The type that it claims to have; as all claims, only where it is written like a name."""
    claimed_source: str
    """The source that it came under."""
    claimed_actor: str
    """The actor that it claims to have."""


@event("audit.conflict", by=(), subject="ledger", key="the event's id and the other content")
class ContentConflict(SetAside):
    """A message has the id of an event that the ledger holds, and says something else."""

    event: str
    """The id that both have."""
    kept: str
    """SHA-256 of the content that the ledger holds."""
    other: str
    """SHA-256 of the content that was set aside."""
