"""Which differences are new, which are over, and which are not told yet?

Whoever compares what is there with what should be uses this, whatever it compares:

1. It makes one `Difference` for each thing that is not as it should be. The *thing* is its own
   word for that, the same in every check, and never that of anybody else who compares.
2. `aws.differences.remembered` reads what was told of which things, from a table of its own.
3. `effects` says, thing by thing, what is to be done, in order: also for each thing that was
   checked and does not differ, since that may be over. What could not be checked is left out.
4. `aws.differences.perform` does it.

What is to be told is written first, then told, and then it is noted that it was told. After a crash
between any two of these the next check goes on where the last one stopped: nothing is lost, and
what is told twice is the same event. Of two checks at the same time one fails with Conflict at its
first write, and tells nothing; it is to be done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.layout.names import function_actor
from factory.layout.tables import PK, change_incident

OPENING, OPEN, CLOSING, CLOSED = "opening", "open", "closing", "closed"
"""The incident is to be opened, it was, it is to be closed, it was."""
OTHERWISE = "it differs in another way now, which is an incident of its own"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not as it should be."""

    thing: str
    """What differs, the same in every check: `123456789012/modelworks-dev-data/Queue4711`."""
    about: str
    """The subject of its incident: `model/NAME`, `stack/NAME`."""
    what: str
    """What differs and how. While it stays the same, it is the same difference."""
    reason: str
    """The words of the incident; they may say more than *what*, such as who did it."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was told of one thing, or is to be told."""

    thing: str
    status: str
    revision: int
    """How often it was written."""
    number: int
    """Of its incident: the revision at which that began, so that none has the number of another."""
    about: str
    what: str
    reason: str
    """Why the incident is opened, or closed."""

    @property
    def incident(self) -> str:
        """Return the id of the incident."""
        return change_incident(self.thing, self.number)

    def item(self) -> dict[str, Any]:
        """Return the record as an item of its table."""
        return {PK: self.thing, **{k: v for k, v in vars(self).items() if k != "thing"}}

    def event(self, function: str) -> IncidentOpened | IncidentClosed:
        """Return what *function* is to tell; the same record is the same event."""
        opens = self.status == OPENING
        kind: type[IncidentOpened | IncidentClosed] = IncidentOpened if opens else IncidentClosed
        return kind(
            actor=function_actor(function),
            about=self.about,
            incident=self.incident,
            reasons=(),
            reason=self.reason,
            key=self.incident,
        )


def of(item: Mapping[str, Any]) -> Record:
    """Read what `Record.item` wrote."""
    fields = {name: value for name, value in item.items() if name != PK}
    return Record(thing=item[PK], **fields)


@dataclass(frozen=True)
class Save:
    """Store *record*, if that of its thing still is at the revision *read*; 0 if there was none."""

    record: Record
    read: int


@dataclass(frozen=True)
class Tell:
    """Emit the event of *record*."""

    record: Record


Effect = Save | Tell


def effects(before: Record | None, found: Difference | None, *, over: str) -> tuple[Effect, ...]:
    """Return what is to be done about one thing that was checked, in order.

    *before* is what is remembered of it, *found* how it differs now, and *over* says why an
    incident is closed whose thing does not differ any longer.
    """
    done: tuple[Effect, ...] = ()
    if before and before.status in (OPENING, CLOSING):
        done, before = _told(before)
    if before and before.status == OPEN and (found is None or found.what != before.what):
        closing = _next(before, CLOSING, reason=OTHERWISE if found else over)
        told, after = _told(closing)
        done, before = (*done, Save(closing, before.revision), *told), after
    if found and (before is None or before.status == CLOSED):
        opening = _opening(before, found)
        done = (*done, Save(opening, opening.revision - 1), *_told(opening)[0])
    return done


def _told(record: Record) -> tuple[tuple[Effect, ...], Record]:
    """Return how *record* is told, and what is remembered then."""
    after = _next(record, OPEN if record.status == OPENING else CLOSED)
    return (Tell(record), Save(after, record.revision)), after


def _next(record: Record, status: str, *, reason: str | None = None) -> Record:
    words = record.reason if reason is None else reason
    return replace(record, status=status, revision=record.revision + 1, reason=words)


def _opening(before: Record | None, found: Difference) -> Record:
    revision = before.revision + 1 if before else 1
    return Record(
        thing=found.thing,
        status=OPENING,
        revision=revision,
        number=revision,
        about=found.about,
        what=found.what,
        reason=found.reason,
    )
