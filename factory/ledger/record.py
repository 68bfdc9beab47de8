"""What does the ledger keep of a message? The event that it is, or that it was set aside."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from factory.errors import LedgerBroken, MalformedEvent
from factory.events import bounds
from factory.events.audit import ContentConflict, EventRefused, MessageQuarantined, SetAside
from factory.events.envelope import Envelope
from factory.ledger import chain, speech
from factory.ledger.chain import Record, digest

SHOWN = re.compile(r"[\w.,:=@/+-]{1,100}", re.ASCII)
"""What a message may claim and the ledger repeats; a name, and no sentence."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """One message of the queue, and what the ledger keeps of it."""

    record: Record
    text: str
    """The message."""
    sender: str
    sent: str
    """When it was put on the queue."""
    problem: str = ""
    """Why it is set aside, for the log; empty when the record is the event."""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        """Take the id of the record."""
        object.__setattr__(self, "id", str(self.record["id"]))

    def conflicting(self, kept: str) -> Received:
        """Return what is kept instead, since its id stands for a content with the digest *kept*."""
        other = chain.content(self.record)
        event = ContentConflict(
            reason="an event of this id is in the ledger, and says something else",
            key=f"{self.id}/{other}",
            event=self.id,
            kept=kept,
            other=other,
            **_about(self.text, self.sender),
        )
        return _set_aside(self, event, f"{self.id} stands for another content")


def received(message: Mapping[str, Any], now: float) -> Received:
    """Return one SQS message as it is kept; what is no event of ours is never an error."""
    attributes = message["attributes"]
    raw = Received(
        record={"id": ""},
        text=message["body"],
        sender=attributes.get("SenderId", "unknown"),
        sent=time_of(int(attributes["SentTimestamp"]) / 1000),
    )
    try:
        envelope = Envelope.of(bounds.parse(raw.text))
        record = _record(envelope)
    except (MalformedEvent, LedgerBroken) as exc:
        return _quarantined(raw, str(exc))
    moment = dt.datetime.fromtimestamp(now, dt.UTC)
    problem = speech.refusal(envelope, emitted=True) or speech.untimely(envelope.time, moment)
    if not problem and envelope.claimed not in {"", envelope.id}:
        problem = speech.IDENTITY
    return _refused(raw, envelope, problem) if problem else _with(raw, record, "")


def time_of(seconds: float) -> str:
    """Return a moment, in seconds since 1970, as the ledger writes it."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _record(envelope: Envelope) -> Record:
    """Return what the ledger keeps of an event, once it has been written and read back."""
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
    chain.after(chain.Head(), [kept], recorded_at=envelope.time).readable()
    return kept


def _quarantined(raw: Received, problem: str) -> Received:
    event = MessageQuarantined(
        reason="the message is not an event that can be written and read back",
        key=digest(raw.text.encode("utf-8", "surrogatepass")),
        **_about(raw.text, raw.sender),
    )
    return _set_aside(raw, event, problem)


def _refused(raw: Received, envelope: Envelope, problem: str) -> Received:
    event = EventRefused(
        reason=problem,
        key=digest(raw.text.encode("utf-8", "surrogatepass")),
        type=_shown(envelope.type),
        claimed_source=_shown(envelope.source),
        claimed_actor=_shown(envelope.actor),
        **_about(raw.text, raw.sender),
    )
    return _set_aside(raw, event, f"{event.claimed_source} said {event.type}: {problem}")


def _about(text: str, sender: str) -> dict[str, Any]:
    return {"sender": _shown(sender), "size": len(text)}


def _shown(text: str) -> str:
    return text if SHOWN.fullmatch(text) else f"({len(text)} characters)"


def _set_aside(raw: Received, event: SetAside, problem: str) -> Received:
    record = {**event.body(), "type": event.TYPE, "time": raw.sent, "source": event.origin}
    return _with(raw, record, problem)


def _with(raw: Received, record: Record, problem: str) -> Received:
    return Received(record=record, text=raw.text, sender=raw.sender, sent=raw.sent, problem=problem)
