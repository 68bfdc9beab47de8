"""Which incidents are open, and who learns of a change?

The events of an incident may come twice, and in any order: once it is closed it stays closed, and
it keeps why it was opened even when it learns that last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.layout.names import model_subject

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One thing that is or was wrong."""

    id: str
    status: str = OPEN
    revision: int = 0
    """How often it has changed."""
    subject: str = ""
    """What it is about; empty, as all of its opening, until that is known."""
    opened_at: str = ""
    opened_because: str = ""
    reasons: tuple[str, ...] = ()
    closed_at: str = ""
    closed_because: str = ""
    closed_by: str = ""

    @property
    def model(self) -> str:
        """Return the model that it is about, or a version of which; empty for anything else."""
        kind, _, rest = self.subject.partition("/")
        return rest.partition("/")[0] if f"{kind}/" == model_subject("") else ""

    def item(self) -> dict[str, Any]:
        """Return the incident as an item of its table, without what is not known."""
        item: dict[str, Any] = {"pk": self.id, "status": self.status, "revision": self.revision}
        if self.opened_at:
            item |= {"opened_at": self.opened_at, "opened_because": self.opened_because}
            item |= {"subject": self.subject, "reasons": list(self.reasons)}
            item |= {"model": self.model} if self.model else {}
        if self.closed_at:
            item |= {"closed_at": self.closed_at, "closed_because": self.closed_because}
            item |= {"closed_by": self.closed_by}
        return item


def of(item: Mapping[str, Any]) -> Incident:
    """Read what `Incident.item` wrote."""
    fields = {name: value for name, value in item.items() if name not in {"pk", "model"}}
    return Incident(id=item["pk"], **fields | {"reasons": tuple(item.get("reasons", ()))})


@dataclass(frozen=True)
class Notify:
    """Send *message* to people."""

    subject: str
    message: str


@dataclass(frozen=True)
class Save:
    """Store *incident*, if it still is at the revision that was read; 0 if there was none."""

    incident: Incident
    read: int


Effect = Notify | Save


def id_of(event: IncidentOpened | IncidentClosed) -> str:
    """Return which incident *event* is about: the one it names, or itself."""
    return event.incident or event.id


def effects(
    before: Incident | None, event: IncidentOpened | IncidentClosed, time: str
) -> tuple[Effect, ...]:
    """Return what is to be done about *event*, which happened at *time*, in order.

    People are notified first: a crash between the two notifies them twice, and never not at all.
    """
    incident = _changed(before or Incident(id=id_of(event)), event, time)
    if incident == before:
        return ()
    return _notification(incident, event), Save(incident, before.revision if before else 0)


def _changed(before: Incident, event: IncidentOpened | IncidentClosed, time: str) -> Incident:
    if isinstance(event, IncidentOpened):
        return before if before.opened_at else _opened(before, event, time)
    return before if before.closed_at else _closed(before, event, time)


def _opened(before: Incident, event: IncidentOpened, time: str) -> Incident:
    return replace(
        before,
        revision=before.revision + 1,
        subject=event.subject,
        opened_at=time,
        opened_because=event.reason,
        reasons=tuple(reason["words"] for reason in event.reasons),
    )


def _closed(before: Incident, event: IncidentClosed, time: str) -> Incident:
    return replace(
        before,
        revision=before.revision + 1,
        status=CLOSED,
        closed_at=time,
        closed_because=event.reason,
        closed_by=event.actor,
    )


def _notification(incident: Incident, event: IncidentOpened | IncidentClosed) -> Notify:
    change = "opened" if isinstance(event, IncidentOpened) else "closed"
    lines = [event.reason, *(f"- {reason}" for reason in incident.reasons)]
    lines += ["", f"incident {incident.id} is {incident.status}; by {event.actor}"]
    return Notify(f"{change}: {event.subject}", "\n".join(lines))
