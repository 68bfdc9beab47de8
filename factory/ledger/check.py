"""Is the ledger complete and unchanged, and if not, where? Whatever cannot be shown is a finding.

Four things that somebody would have to change alike are compared: the segments with each other, the
index with the segments, both with when and how S3 keeps them, and the tail with what is remembered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factory.layout.objects import segment_key
from factory.layout.tables import LEDGER_HEAD
from factory.ledger.chain import Head
from factory.ledger.finding import Finding, Remembered, Report
from factory.ledger.index_check import Index
from factory.ledger.walk import Stored, Walk, index_of
from factory.stage import Stage

LAG = dt.timedelta(minutes=10)
"""How long a segment may be beyond the head: a message comes again after six minutes."""
MINUTE = dt.timedelta(minutes=1)
STRENGTH = {"": 0, "GOVERNANCE": 1, "COMPLIANCE": 2}

__all__ = ["Finding", "Ledger", "Remembered", "Report", "Stored", "verify"]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """How the parts of a ledger are read; each is called when its turn comes."""

    bucket: str
    head: Callable[[], Head | None]
    """What the index remembers as the last segment."""
    stored: Callable[[str], Iterable[Stored]]
    """Every version of every object after a key, in the order of keys, the oldest first."""
    items: Callable[[], Iterable[Mapping[str, Any]]]
    """Every item of the index, page by page."""
    expects: Callable[[int, str], bool]
    """Whether the index has it that the writer was to write a segment of this digest."""
    now: dt.datetime


def verify(ledger: Ledger, stage: Stage, remembered: Sequence[Remembered] = ()) -> Report:
    """Check all of *ledger*, which is that of *stage*, while its writer goes on.

    The head is read first, so that it is not newer than the segments, and again at the end. What is
    written meanwhile is read when the index has been: the index knows it.
    """
    before, walk = ledger.head(), Walk()
    for each in ledger.stored(""):
        _step(walk, each, stage)
    index = Index(walk)
    index.read(ledger.items())
    last = walk.tail.index
    for each in ledger.stored(segment_key(last)):
        if (index_of(each.key) or 0) > last:
            _step(walk, each, stage)
    index.compare(before or Head(), ledger.expects)
    _head(walk, before, ledger)
    for memory in remembered:
        _remembered(walk, memory, ledger.bucket)
    return Report(
        segments=len(walk.digests),
        events=walk.events,
        tail=walk.tail,
        findings=tuple(walk.findings),
        aside={kind: count for kind, count in sorted(walk.aside.items()) if count},
    )


def _step(walk: Walk, stored: Stored, stage: Stage) -> None:
    """Look at one object, and whether S3 keeps it for as long as the stage says."""
    walk.step(stored)
    index = index_of(stored.key)
    if index is None or stored.data is None:
        return
    weak = STRENGTH.get(stored.mode, 0) < STRENGTH[stage.worm_mode]
    least = stored.modified + dt.timedelta(days=stage.worm_days) - MINUTE
    if weak or stored.until is None or stored.until < least:
        until = stored.until.isoformat() if stored.until else "never"
        words = f"is locked in mode {stored.mode or 'none'} until {until}"
        demanded = f"{stage.name} demands {stage.worm_mode} for {stage.worm_days} days"
        walk.find("lock", index, f"{words}, and {demanded}")


def _head(walk: Walk, before: Head | None, ledger: Ledger) -> None:
    """Compare the head with the segments; one of them may be younger than the head for a while."""
    after, tail = ledger.head(), walk.tail.index
    if not walk.digests:
        walk.find("empty", None, "there is no segment, and a stage writes some when it is deployed")
    if before is None or after is None:
        words = "is not there, or not of its form; nobody but the ledger's writer writes it"
        walk.find("head", None, words, key=LEDGER_HEAD)
        return
    walk.gap(tail + 1, before.index, f", and the head says {before.index} was written")
    if before.index and walk.digests.get(before.index, before.digest) != before.digest:
        walk.find("head", before.index, "its bytes are not those that the head remembers")
    if after.index < before.index:
        words = f"went back from {before.index} to {after.index} while this was read"
        walk.find("head", after.index, words, key=LEDGER_HEAD)
    for beyond in sorted(index for index in walk.digests if index > after.index):
        _beyond(walk, beyond, after, ledger.now)


def _beyond(walk: Walk, index: int, head: Head, now: dt.datetime) -> None:
    if index > head.index + 1:
        words = f"is beyond the head ({head.index}) by more than a crash explains"
        walk.find("head", index, words)
    elif walk.modified[index] < now - LAG:
        since = walk.modified[index].isoformat()
        words = f"is beyond the head ({head.index}) since {since}; its writer has stopped"
        walk.find("head", index, words)


def _remembered(walk: Walk, memory: Remembered, bucket: str) -> None:
    tail = memory.tail
    if memory.bucket not in {"", bucket}:
        words = f"this is another ledger than {memory.bucket}, which {memory.by} remembers"
        walk.find("tail", None, words, key=bucket)
    elif tail.index and walk.digests.get(tail.index) != tail.digest:
        there = "is not there" if tail.index not in walk.digests else "has other bytes"
        words = f"{there}, and {memory.by} remembers {tail.digest}"
        walk.find("tail", tail.index, words)
