"""Is the ledger complete and unchanged, and if not, where?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from factory.errors import LedgerBroken
from factory.layout import objects
from factory.layout.objects import segment_key
from factory.ledger.chain import FIELDS, Head, Segment, decode, digest, identity


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, and its place."""

    kind: str
    """`stray`, `overlay`, `order`, `gap`, `bytes`, `moved`, `chain`, `event`, `twice`, `head`."""
    key: str
    """The object's key."""
    index: int | None
    """The segment's number, by its key."""
    line: int | None
    words: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        line = f" line {self.line}" if self.line else ""
        return f"{self.key}{line}: {self.kind}: {self.words}"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a verification saw."""

    segments: int
    events: int
    tail: Head
    """The last segment there is; compare it with what others remember."""
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Tell whether nothing at all is wrong."""
        return not self.findings


@dataclass
class _Walk:
    """What is known so far on the way through the segments."""

    tail: Head = field(default_factory=Head)
    seen: dict[str, str] = field(default_factory=dict)
    """Where each event id was met first."""
    digests: dict[int, str] = field(default_factory=dict)
    events: int = 0
    findings: list[Finding] = field(default_factory=list)

    def find(self, kind: str, index: int | None, words: str, **place: object) -> None:
        """Note a finding about the segment *index*, or about the object *key*."""
        key = str(place.get("key", segment_key(index or 0)))
        line = place.get("line")
        number = line if isinstance(line, int) else None
        self.findings.append(Finding(kind=kind, key=key, index=index, line=number, words=words))


def verify(segments: Iterable[tuple[str, bytes]], head: Head | None) -> Report:
    """Check all *segments* (key and bytes, in the order of their keys) against each other.

    *head* is what the index remembers as last; without it a missing or rewritten end cannot show.
    One segment after the head is not a finding: a writer that crashed between the two leaves it so.
    """
    walk = _Walk()
    for key, data in segments:
        index = _index(key)
        if index is None:
            walk.find(
                "stray", None, "is not a segment's key; nothing else may be stored here", key=key
            )
        elif index in walk.digests:
            walk.find("overlay", index, "a segment of this number was there before")
        else:
            _segment(walk, index, data)
    if head:
        _head(walk, head)
    return Report(
        segments=len(walk.digests),
        events=walk.events,
        tail=walk.tail,
        findings=tuple(walk.findings),
    )


def _index(key: str) -> int | None:
    digits = key.removeprefix(objects.prefix(objects.SEGMENTS)).removesuffix(".jsonl")
    valid = (
        digits.isascii()
        and digits.isdigit()
        and int(digits) > 0
        and segment_key(int(digits)) == key
    )
    return int(digits) if valid else None


def _segment(walk: _Walk, index: int, data: bytes) -> None:
    before = walk.tail
    walk.digests[index] = digest(data)
    if index <= before.index:
        walk.find("order", index, f"comes after segment {before.index}; give the keys in order")
    for missing in range(before.index + 1, index):
        walk.find("gap", missing, "is not there")
    walk.tail = Head(index=index, digest=digest(data))
    try:
        segment = decode(data)
    except LedgerBroken as exc:
        walk.find("bytes", index, str(exc), line=_line_of(exc))
        return
    _links(walk, index, segment, before)
    _events(walk, index, segment)


def _line_of(exc: LedgerBroken) -> int | None:
    words = str(exc).split(":", 1)[0].split()
    return int(words[1]) if words[:1] == ["line"] and words[1].isdigit() else None


def _links(walk: _Walk, index: int, segment: Segment, before: Head) -> None:
    if segment.index != index:
        walk.find("moved", index, f"holds what was written as segment {segment.index}", line=1)
    follows = before.index == index - 1
    if follows and segment.prev != before.digest:
        words = f"was written after a segment {before.index} of other bytes: one of them changed"
        walk.find("chain", index, words, line=1)


def _events(walk: _Walk, index: int, segment: Segment) -> None:
    for line, event in enumerate(segment.events, start=2):
        walk.events += 1
        if set(event) != FIELDS:
            walk.find("event", index, "is not an event of the ledger's form", line=line)
            continue
        if event["id"] != identity(event["type"], event["subject"], event["key"]):
            walk.find("event", index, "has an id that is not its own", line=line)
        place = f"{segment_key(index)} line {line}"
        first = walk.seen.setdefault(str(event["id"]), place)
        if first != place:
            walk.find("twice", index, f"event {event['id']} is in {first} already", line=line)


def _head(walk: _Walk, head: Head) -> None:
    if walk.tail.index < head.index:
        for missing in range(walk.tail.index + 1, head.index + 1):
            walk.find("gap", missing, f"is not there, and the head says {head.index} was written")
    elif walk.tail.index > head.index + 1:
        words = f"is beyond the head ({head.index}) by more than a crash explains"
        walk.find("head", walk.tail.index, words)
    remembered = walk.digests.get(head.index, head.digest)
    if head.index and remembered != head.digest:
        walk.find("head", head.index, "its bytes are not those that the head remembers")
