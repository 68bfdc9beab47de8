"""Is each segment what was written, where, when and by whom it says it was?"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from factory.errors import LedgerBroken
from factory.events import audit
from factory.layout import objects
from factory.layout.objects import segment_key
from factory.ledger import chain, speech
from factory.ledger.chain import FIELDS, Head, Segment, decode, digest
from factory.ledger.finding import Finding

FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
SKEW = dt.timedelta(minutes=1)
"""How much a later segment may seem earlier: the clocks of two writers differ."""
APART = dt.timedelta(minutes=10)
"""How long a writer may take from the time that it writes down until S3 has the segment."""
ASIDE = {cls.TYPE for cls in vars(audit).values() if isinstance(cls, type) and hasattr(cls, "TYPE")}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One version of one object, as S3 has it."""

    key: str
    data: bytes | None
    """None for a marker that hides what was written."""
    modified: dt.datetime
    """When S3 took it."""
    mode: str = ""
    """How it is locked: `GOVERNANCE`, `COMPLIANCE` or not at all."""
    until: dt.datetime | None = None
    """Until when it is locked."""


class Place(NamedTuple):
    """Where an event is, and what it says."""

    segment: int
    line: int
    content: str


@dataclass
class Walk:
    """What is known so far on the way through the segments, in the order of their keys."""

    tail: Head = field(default_factory=Head)
    recorded: dt.datetime | None = None
    """When the segment before was recorded."""
    seen: dict[str, Place] = field(default_factory=dict)
    """Where each event id was met first."""
    digests: dict[int, str] = field(default_factory=dict)
    modified: dict[int, dt.datetime] = field(default_factory=dict)
    events: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def find(self, kind: str, index: int | None, words: str, **place: object) -> None:
        """Note a finding about the segment *index*, or about the object or item *key*."""
        key = str(place.get("key", segment_key(index or 0)))
        line = place.get("line")
        number = line if isinstance(line, int) else None
        self.findings.append(Finding(kind=kind, key=key, index=index, line=number, words=words))

    def gap(self, first: int, last: int, why: str) -> None:
        """Note that no segment from *first* to *last* is there; as one finding, however many."""
        if first <= last:
            words = "is not there" if first == last else f"and all up to {last} are not there"
            self.find("gap", first, f"{words}{why}")

    def step(self, stored: Stored) -> None:
        """Look at the next object."""
        key, index = stored.key, index_of(stored.key)
        if index is None:
            words = "is not a segment's key; nothing else may be stored here"
            self.find("stray", None, words, key=key)
        elif stored.data is None:
            self.find("deleted", index, "a delete marker hides what was written")
        elif index in self.digests:
            self.find("overlay", index, "a segment of this number was there before")
        else:
            self._segment(index, stored, stored.data)

    def _segment(self, index: int, stored: Stored, data: bytes) -> None:
        before = self.tail
        self.digests[index], self.modified[index] = digest(data), stored.modified
        if index <= before.index:
            self.find("order", index, f"comes after segment {before.index}; give the keys in order")
        self.gap(before.index + 1, index - 1, "")
        self.tail = Head(index=index, digest=digest(data))
        try:
            segment = decode(data)
        except LedgerBroken as exc:
            self.find("bytes", index, str(exc), line=_line_of(exc))
            return
        self._links(index, segment, before)
        moment = self._clock(index, segment, stored.modified)
        self._events(index, segment, moment)

    def _links(self, index: int, segment: Segment, before: Head) -> None:
        if segment.index != index:
            self.find("moved", index, f"holds what was written as segment {segment.index}", line=1)
        if before.index == index - 1 and segment.prev != before.digest:
            words = (
                f"was written after a segment {before.index} of other bytes: one of them changed"
            )
            self.find("chain", index, words, line=1)
        if not segment.events:
            self.find("empty", index, "holds no event, and the writer writes none of these", line=1)

    def _clock(self, index: int, segment: Segment, modified: dt.datetime) -> dt.datetime | None:
        """Return when a segment was recorded, if it says so in the one form there is."""
        text = segment.recorded_at
        moment = _moment(text)
        if moment is None:
            self.find("clock", index, f"recorded_at is {text!r}, which is no time in UTC", line=1)
            return None
        if self.recorded and moment < self.recorded - SKEW:
            self.find("clock", index, f"says {text}, which is before the segment before it", line=1)
        if abs(modified - moment) > APART:
            words = f"says that it was recorded {text}, and S3 took it {modified.isoformat()}"
            self.find("clock", index, words, line=1)
        self.recorded = max(moment, self.recorded or moment)
        return moment

    def _events(self, index: int, segment: Segment, moment: dt.datetime | None) -> None:
        for line, event in enumerate(segment.events, start=2):
            self.events += 1
            if set(event) != FIELDS:
                self.find("event", index, "is not an event of the ledger's form", line=line)
                continue
            self._event(index, line, event, moment)
            place = Place(index, line, chain.content(event))
            first = self.seen.setdefault(str(event["id"]), place)
            if first != place:
                there = f"{segment_key(first.segment)} line {first.line}"
                self.find("twice", index, f"event {event['id']} is in {there} already", line=line)

    def _event(
        self, index: int, line: int, event: Mapping[str, Any], moment: dt.datetime | None
    ) -> None:
        envelope = speech.envelope_of(event)
        if envelope is None:
            self.find("event", index, "is not an event of the ledger's form", line=line)
            return
        self.aside[envelope.type] += envelope.type in ASIDE
        if event["id"] != envelope.id:
            self.find("event", index, "has an id that is not its own", line=line)
        if problem := speech.refusal(envelope, emitted=False):
            words = f"{envelope.source} says {envelope.type} of {envelope.actor}: {problem}"
            self.find("speaker", index, words, line=line)
        if moment and (problem := speech.untimely(envelope.time, moment)):
            self.find("time", index, f"{envelope.type} at {envelope.time}: {problem}", line=line)


def index_of(key: str) -> int | None:
    """Return the number of the segment that has a key; None when none can."""
    digits = key.removeprefix(objects.prefix(objects.SEGMENTS)).removesuffix(".jsonl")
    valid = (
        digits.isascii()
        and digits.isdigit()
        and int(digits) > 0
        and segment_key(int(digits)) == key
    )
    return int(digits) if valid else None


def _line_of(exc: LedgerBroken) -> int | None:
    words = str(exc).split(":", 1)[0].split()
    return int(words[1]) if words[:1] == ["line"] and words[1].isdigit() else None


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text) if FORM.fullmatch(text) else None
    except ValueError:
        return None
