"""What came to the ledger that is not an event?"""

from __future__ import annotations

from factory.events.event import Event, event


@event("audit.quarantined", by=(), subject="ledger", key="SHA-256 of the message")
class MessageQuarantined(Event):
    """A message that is not an event came over the bus; the ledger's writer records its beginning.

    It is never emitted: the writer records it where it finds it. The actor is who sent it, in SQS's
    words.
    """

    text: str
    """The first 4,096 characters of the message."""
