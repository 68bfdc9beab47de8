"""What happened, in which order, and is the record still what was written?

The ledger is a row of segments `seg/000000000001.jsonl`, `...2`, each written once. The first line
of a segment is its header: its index, the SHA-256 of the segment before, when it was written, and
the SHA-256 of each following line; every following line is one event.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from factory.errors import LedgerBroken, MalformedEvent
from factory.events.untyped import UntypedEvent as Event

Record = Mapping[str, Any]

FIELDS = {"id", "type", "time", "source", "subject", "actor", "reason", "key", "detail"}
HEADER = {"index": int, "prev": str, "recorded_at": str, "lines": list}
QUARANTINED = "audit.quarantined"
KEPT = 4096  # characters of a message that is no event; its hash covers the whole


@dataclass(frozen=True, kw_only=True)
class Head:
    """The last segment that is known to be written and indexed."""

    index: int = 0
    digest: str = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Some events, written together and never again."""

    index: int
    prev: str
    """SHA-256 of the bytes of the segment before; zeros for the first."""
    recorded_at: str
    events: tuple[Record, ...]

    def encode(self) -> bytes:
        """Return the bytes to store. Serialise once: what is hashed is what is stored."""
        lines = [canonical(event) for event in self.events]
        header = {
            "index": self.index,
            "prev": self.prev,
            "recorded_at": self.recorded_at,
            "lines": [digest(line) for line in lines],
        }
        return b"".join((canonical(header), *lines))


def after(head: Head, events: Iterable[Record], *, recorded_at: str) -> Segment:
    """Return the segment that follows *head*; an id that comes twice is kept once."""
    once: dict[str, Record] = {}
    for event in events:
        once.setdefault(event["id"], event)
    return Segment(
        index=head.index + 1,
        prev=head.digest,
        recorded_at=recorded_at,
        events=tuple(once.values()),
    )


def name(index: int) -> str:
    """Return the object key of a segment."""
    return f"seg/{index:012d}.jsonl"


def digest(data: bytes) -> str:
    """Return the SHA-256 of stored bytes."""
    return hashlib.sha256(data).hexdigest()


def identity(kind: str, subject: str, key: str) -> str:
    """Return the id of the event that type, subject and key name, as `Event.id` makes it."""
    return digest(f"{kind}|{subject}|{key}".encode("utf-8", "surrogatepass"))


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return *value* as one line of JSON: the same bytes for the same value; no NaN."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii") + b"\n"


def decode(data: bytes) -> Segment:
    """Read a segment; LedgerBroken says which line is not as it was written."""
    lines = data.splitlines(keepends=True) or [b""]
    header, *events = (_line(line, number) for number, line in enumerate(lines, start=1))
    if {field: type(value) for field, value in header.items()} != HEADER:
        raise LedgerBroken(f"line 1: is no header; it has {', '.join(sorted(header))}")
    written = header["lines"]
    if len(written) != len(events):
        raise LedgerBroken(f"line 1: counts {len(written)} events, and {len(events)} follow")
    for number, (line, expected) in enumerate(zip(lines[1:], written, strict=True), start=2):
        if digest(line) != expected:
            raise LedgerBroken(f"line {number}: is not the event that the header tells of")
    return Segment(
        index=header["index"],
        prev=header["prev"],
        recorded_at=header["recorded_at"],
        events=tuple(events),
    )


def record(envelope: Mapping[str, Any]) -> Record:
    """Return what the ledger keeps of the event that EventBridge delivers in *envelope*.

    The id is computed anew: a sender who could choose it could silence another's event.
    """
    event = Event.from_envelope(envelope)
    if envelope["detail"].get("id", event.id) != event.id:
        raise MalformedEvent(f"{event.type}: its id is not that of its type, subject and key")
    kept = {
        "id": event.id,
        "type": event.type,
        "time": envelope["time"],
        "source": envelope["source"],
        "subject": event.subject,
        "actor": event.actor,
        "reason": event.reason,
        "key": event.key,
        "detail": event.detail,
    }
    odd = [name for name, value in kept.items() if not isinstance(value, _kind(name))]
    if odd:
        raise MalformedEvent(f"{event.type}: {', '.join(odd)} is not of the type it must have")
    canonical(kept)  # raises here, where one event is at fault, and not in its segment
    return kept


def quarantined(raw: str, *, time: str, actor: str, problem: str) -> Record:
    """Return the record of a message that is no event, so that it is neither lost nor in the way.

    It keeps the message's hash and its beginning.
    """
    event = Event(
        type=QUARANTINED,
        subject="ledger",
        actor=actor,
        reason=problem,
        key=digest(raw.encode("utf-8", "surrogatepass")),
        detail={"text": raw[:KEPT]},
    )
    return {
        **event.body(),
        "type": event.type,
        "time": time,
        "source": "modelworks.audit_log",
    }


def _kind(field: str) -> type:
    return dict if field == "detail" else str


def _line(line: bytes, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
        again = canonical(value)
    except (ValueError, RecursionError) as exc:
        raise LedgerBroken(f"line {number}: is no JSON: {exc}") from exc
    if not isinstance(value, dict) or again != line:
        raise LedgerBroken(f"line {number}: is not in the canonical form in which it was written")
    return value
