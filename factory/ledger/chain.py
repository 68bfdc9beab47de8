"""What happened, in which order, and is the record still what was written?

The ledger is a sequence of segments `000000000001.jsonl`, `...2`, each written once. The first line
of a segment is its header: its index, the SHA-256 of the segment before, when it was written, and
the SHA-256 of each following line; every following line is one event.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from factory.errors import LedgerBroken

Record = Mapping[str, Any]

FIELDS = {"id", "type", "time", "source", "subject", "actor", "reason", "key", "detail"}
HEADER = {"index": int, "prev": str, "recorded_at": str, "lines": list}


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

    def readable(self) -> bytes:
        """Return the bytes to store, once they have been read back; LedgerBroken if they differ."""
        try:
            data = self.encode()
        except (ValueError, RecursionError) as exc:
            raise LedgerBroken(f"segment {self.index}: cannot be written: {exc}") from exc
        if decode(data) != self:
            raise LedgerBroken(f"segment {self.index}: is not read back as it was written")
        return data


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


def digest(data: bytes) -> str:
    """Return the SHA-256 of stored bytes."""
    return hashlib.sha256(data).hexdigest()


def content(record: Record) -> str:
    """Return the SHA-256 of what a record says; told twice it says the same, at another time."""
    return digest(canonical({name: record[name] for name in record if name not in {"id", "time"}}))


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return *value* as one line of JSON: the same bytes for the same value; no NaN."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii") + b"\n"


def decode(data: bytes) -> Segment:
    """Read a segment; LedgerBroken says which line is not as it was written."""
    lines = data.splitlines(keepends=True) or [b""]
    header, *events = (_line(line, number) for number, line in enumerate(lines, start=1))
    if {field: type(value) for field, value in header.items()} != HEADER:
        raise LedgerBroken(f"line 1: is not a header; it has {', '.join(sorted(header))}")
    written = header["lines"]
    if len(written) != len(events):
        raise LedgerBroken(f"line 1: counts {len(written)} events, and {len(events)} follow")
    for number, (line, expected) in enumerate(zip(lines[1:], written, strict=True), start=2):
        if digest(line) != expected:
            raise LedgerBroken(f"line {number}: is not the event that the header lists")
    return Segment(
        index=header["index"],
        prev=header["prev"],
        recorded_at=header["recorded_at"],
        events=tuple(events),
    )


def _line(line: bytes, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
        again = canonical(value)
    except (ValueError, RecursionError) as exc:
        raise LedgerBroken(f"line {number}: is not JSON: {exc}") from exc
    if not isinstance(value, dict) or again != line:
        raise LedgerBroken(f"line {number}: is not in the canonical form in which it was written")
    return value
