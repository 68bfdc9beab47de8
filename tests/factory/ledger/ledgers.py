"""A ledger in memory, as its writer leaves it, for others to change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field

from factory.events.training import ModelTrained
from factory.layout import tables
from factory.layout.objects import segment_key
from factory.ledger import chain
from factory.ledger.chain import Head
from factory.ledger.check import Ledger, Stored, verify
from factory.ledger.record import received
from factory.stage import DEV
from tests.factory.events.instances import delivered
from tests.lambdas.messages import message

NOW = dt.datetime(2026, 11, 12, 0, 0, 1, tzinfo=dt.UTC)
RECORDED = "2026-11-12T00:00:01.000Z"


def event(number, time="2026-11-12T00:00:00Z"):
    """Return the envelope of an event."""
    told = ModelTrained(
        model="income",
        execution="arn:execution",
        artifact="a" * 64,
        evidence="s3://evidence/evidence.json",
        reason="the run succeeded",
        key=str(number),
    )
    return delivered(told, time=time)


def recorded(number, **changes):
    """Return what the ledger keeps of an event, with *changes* that nobody may make."""
    return {**received(message(event(number)), NOW.timestamp()).record, **changes}


def segment(head, *records, moment=RECORDED):
    """Return the bytes of the segment after *head*."""
    return chain.after(head, records, recorded_at=moment).encode()


@dataclass
class Kept:
    """A ledger: its objects in the order of their keys, its head and its index."""

    stored: list[Stored] = field(default_factory=list)
    head: Head | None = field(default_factory=Head)
    items: dict[str, dict] = field(default_factory=dict)
    now: dt.datetime = NOW + dt.timedelta(seconds=5)

    def append(self, data, *, moved=True):
        """Store a segment as the writer does; it crashes before the head has *moved* if asked."""
        found = chain.decode(data)
        head = Head(index=found.index, digest=chain.digest(data))
        self.stored.append(kept(segment_key(found.index), data))
        key = tables.ledger_segment(head.index, head.digest)
        self.items[key] = {"pk": key}
        for line, each in enumerate(found.events, start=2):
            item = {"segment": found.index, "line": line, "content": chain.content(each)}
            key = tables.ledger_event(each["id"])
            self.items[key] = {"pk": key, **item}
        if moved:
            self.head = head
        return head

    def put(self, place, data):
        """Change the bytes of the object at *place*, as if they had always been others."""
        self.stored[place] = dataclasses.replace(self.stored[place], data=data)

    def rechain(self, begin):
        """Write the segments from number *begin* on anew, as an attacker would."""
        before = self.stored[begin - 2].data if begin > 1 else None
        prev = chain.digest(before) if before else "0" * 64
        for index, each in enumerate(self.stored[begin - 1 :], start=begin):
            found = dataclasses.replace(chain.decode(each.data), index=index, prev=prev)
            data = found.encode()
            self.stored[index - 1] = dataclasses.replace(each, key=segment_key(index), data=data)
            prev = chain.digest(data)

    def reading(self):
        """Return how it is read."""
        return Ledger(
            bucket="ledger",
            head=lambda: self.head,
            stored=lambda after: (each for each in list(self.stored) if each.key > after),
            items=lambda: list(self.items.values()),
            expects=lambda index, digest: tables.ledger_segment(index, digest) in self.items,
            now=self.now,
        )

    def report(self, *remembered, stage=DEV):
        return verify(self.reading(), stage, remembered)

    def kinds(self, *remembered):
        """Return kind, number and line of each finding."""
        return [(f.kind, f.index, f.line) for f in self.report(*remembered).findings]


def kept(key, data):
    """Return an object as S3 has it, under the lock of a dev stage."""
    until = NOW + dt.timedelta(days=1)
    return Stored(key=key, data=data, modified=NOW, mode="GOVERNANCE", until=until)


def ledger(*sizes):
    """Return a ledger of segments of *sizes* events."""
    made, number = Kept(), 0
    for size in sizes:
        made.append(segment(made.head, *(recorded(number + n) for n in range(size))))
        number += size
    return made
