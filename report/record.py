"""What does the ledger hold, and is it whole? Read once, for both questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aws import ledger
from factory.errors import LedgerBroken
from factory.events.event import Event
from factory.ledger.chain import Record, decode
from factory.ledger.check import verify
from report.shape import Deed


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The events in order, and what verification found."""

    bucket: str
    events: tuple[Record, ...]
    segments: int
    head: str
    """The digest of the last segment."""
    findings: tuple[str, ...]

    def of(self, *classes: type[Event], subject: str = "") -> Iterator[Record]:
        """Yield the events of any of *classes*, and of *subject* if it is given."""
        types = {each.TYPE for each in classes}
        for event in self.events:
            if event["type"] in types and subject in {"", event["subject"]}:
                yield event


def read(outputs: Mapping[str, str]) -> Ledger:
    """Read and verify every version of every segment; the head first, so that it is not newer."""
    bucket = outputs["LedgerBucket"]
    head = ledger.head(outputs["LedgerTable"])
    listed = ledger.versions(bucket)
    stored = [(key, body) for key, body in listed if body is not None]
    report = verify(stored, head)
    hidden = [f"{key}: {ledger.HIDDEN}" for key, body in listed if body is None]
    return Ledger(
        bucket=bucket,
        events=tuple(_events(stored)),
        segments=report.segments,
        head=report.tail.digest,
        findings=(*(str(finding) for finding in report.findings), *hidden),
    )


def deed(event: Record) -> Deed:
    """Return what a person reads of an event."""
    return Deed(
        at=event["time"],
        what=event["type"],
        subject=event["subject"],
        who=event["actor"],
        why=event["reason"],
    )


def _events(stored: Sequence[tuple[str, bytes]]) -> Iterator[Record]:
    """Yield the events of every segment that can be read, each once.

    A segment that cannot is no surprise here: it is among the findings.
    """
    heard: set[str] = set()
    for _, body in stored:
        try:
            segment = decode(body)
        except LedgerBroken:
            continue
        for event in segment.events:
            if event["id"] not in heard:
                heard.add(event["id"])
                yield event
