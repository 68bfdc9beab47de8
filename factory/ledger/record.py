"""What does the ledger keep of a message? The event that it is, or that it is not one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from factory.errors import MalformedEvent
from factory.events.audit import MessageQuarantined
from factory.events.envelope import SOURCE_PREFIX, Envelope
from factory.ledger.chain import Record, canonical, digest

SOURCE = f"{SOURCE_PREFIX}audit_log"
KEPT = 4096  # characters of a message that is not an event; its hash covers the whole


def of_message(message: Mapping[str, Any]) -> Record:
    """Return the record of one SQS message; what is not an event is recorded as quarantined."""
    try:
        return of_envelope(json.loads(message["body"]))
    except (MalformedEvent, ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        return _quarantined(message, f"{type(exc).__name__}: {exc}")


def of_envelope(raw: Mapping[str, Any]) -> Record:
    """Return what the ledger keeps of the event that EventBridge delivers in *raw*.

    The id is computed anew: a sender who could choose it could silence another's event. Types that
    this version does not know are kept like all others.
    """
    envelope = Envelope.of(raw)
    if raw["detail"].get("id", envelope.id) != envelope.id:
        raise MalformedEvent(f"{envelope.type}: its id is not that of its type, subject and key")
    kept = {
        "id": envelope.id,
        "type": envelope.type,
        "time": envelope.time,
        "source": envelope.source,
        "subject": envelope.subject,
        "actor": envelope.actor,
        "reason": envelope.reason,
        "key": envelope.key,
        "detail": envelope.detail,
    }
    canonical(kept)  # raises here, where one event is at fault, and not in its segment
    return kept


def time_of(seconds: float) -> str:
    """Return a moment, in seconds since 1970, as the ledger writes it."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _quarantined(message: Mapping[str, Any], problem: str) -> Record:
    """Return the record of a message that is not an event, so that it is neither lost nor blocks.

    It keeps the message's hash and its beginning.
    """
    text, attributes = message["body"], message["attributes"]
    event = MessageQuarantined(
        actor=attributes.get("SenderId", "unknown"),
        reason=problem,
        key=digest(text.encode("utf-8", "surrogatepass")),
        text=text[:KEPT],
    )
    sent = time_of(int(attributes["SentTimestamp"]) / 1000)
    return {**event.body(), "type": event.TYPE, "time": sent, "source": SOURCE}
