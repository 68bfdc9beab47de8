"""Which events does the ledger hold, and is it intact? Read once, for both questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aws import identity, ledger
from aws.outputs import STAGE
from factory.errors import LedgerBroken
from factory.events.event import Event
from factory.ledger import speech
from factory.ledger.chain import Record, decode
from factory.ledger.check import Ledger, Stored, verify
from factory.stage import stage
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
    """Read every version of every segment once, and verify it with all that its index knows."""
    bucket = outputs["LedgerBucket"]
    stored: list[Stored] = []
    whole = ledger.ledger(bucket, outputs["LedgerTable"], identity.service_time())
    report = verify(replace(whole, stored=_kept(whole, stored)), stage(outputs[STAGE]))
    return VerifiedLedger(
        bucket=bucket,
        events=tuple(_events(stored)),
        segments=report.segments,
        head=report.tail.digest,
        findings=tuple(str(finding) for finding in report.findings),
    )


def _kept(whole: Ledger, stored: list[Stored]) -> Callable[[str], Iterator[Stored]]:
    """Return how segments are read, with a copy of each in *stored*."""

    def reading(after: str) -> Iterator[Stored]:
        for each in whole.stored(after):
            stored.append(each)
            yield each

    return reading


def entry(event: Record) -> Entry:
    """Return an event as the page shows it."""
    return Entry(
        time=event["time"],
        type=event["type"],
        subject=event["subject"],
        actor=event["actor"],
        reason=event["reason"],
    )


def _events(stored: Sequence[Stored]) -> Iterator[Record]:
    """Yield the events of every readable segment, each once.

    What is unreadable, or said by one who may not say it, is left out: it is among the findings.
    """
    seen: set[str] = set()
    for body in (each.data for each in stored if each.data is not None):
        try:
            segment = decode(body)
        except LedgerBroken:
            continue
        for event in segment.events:
            if speech.heard(event) and event["id"] not in seen:
                seen.add(event["id"])
                yield event
