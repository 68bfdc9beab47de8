"""Which events does the ledger hold, and is it intact? Read once, for both questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aws import ledger
from factory.errors import LedgerBroken
from factory.events.event import Event
from factory.ledger.chain import Record, decode
from factory.ledger.check import verify
from report.schema import Entry


@dataclass(frozen=True, kw_only=True)
class VerifiedLedger:
    """The events in order, and the result of verification."""

    bucket: str
    events: tuple[Record, ...]
    segments: int
    head: str
    """The digest of the last segment."""
    findings: tuple[str, ...]

    def of(self, *classes: type[Event], subject: str = "") -> Iterator[Record]:
        """Yield the events of *classes*; only those of *subject* if it is given."""
        types = {each.TYPE for each in classes}
        for event in self.events:
            if event["type"] in types and subject in {"", event["subject"]}:
                yield event


def read(outputs: Mapping[str, str]) -> VerifiedLedger:
    """Read and verify every version of every segment; the head first, so it is never newer."""
    bucket = outputs["LedgerBucket"]
    head = ledger.head(outputs["LedgerTable"])
    listed = ledger.versions(bucket)
    stored = [(key, body) for key, body in listed if body is not None]
    report = verify(stored, head)
    hidden = [f"{key}: {ledger.HIDDEN}" for key, body in listed if body is None]
    return VerifiedLedger(
        bucket=bucket,
        events=tuple(_events(stored)),
        segments=report.segments,
        head=report.tail.digest,
        findings=(*(str(finding) for finding in report.findings), *hidden),
    )


def entry(event: Record) -> Entry:
    """Return an event as the page shows it."""
    return Entry(
        time=event["time"],
        type=event["type"],
        subject=event["subject"],
        actor=event["actor"],
        reason=event["reason"],
    )


def _events(stored: Sequence[tuple[str, bytes]]) -> Iterator[Record]:
    """Yield the events of every readable segment, each once.

    An unreadable segment is skipped here because it is among the findings.
    """
    seen: set[str] = set()
    for _, body in stored:
        try:
            segment = decode(body)
        except LedgerBroken:
            continue
        for event in segment.events:
            if event["id"] not in seen:
                seen.add(event["id"])
                yield event
