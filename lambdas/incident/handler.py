"""Which incidents are open? Kept in a table; people are told of every change."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import aws
from aws import batch
from factory.errors import MalformedEvent
from factory.events.untyped import UntypedEvent as Event
from factory.settings import IncidentSettings

OPENED, CLOSED = "incident.opened", "incident.closed"


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Keep the incidents of an SQS batch, and tell people."""
    settings = IncidentSettings.from_env(os.environ)
    return batch.each(event, lambda envelope: _note(envelope, settings))


def _note(envelope: Mapping[str, Any], settings: IncidentSettings) -> None:
    """Tell first, then keep: a crash between the two tells twice, and never not at all."""
    event = Event.from_envelope(envelope)
    before = aws.table_get(settings.incidents_table, incident_id(event))
    item = noted(before, event, envelope["time"])
    if item == before:
        return
    subject, message = words(item, event)
    aws.publish(settings.alerts_topic_arn, subject=subject, message=message)
    _keep(item, before, settings.incidents_table)


def _keep(item: Mapping[str, Any], before: Mapping[str, Any] | None, table: str) -> None:
    """Write *item*; Conflict, if it changed meanwhile, brings the message again."""
    if before is None:
        aws.table_put(table, item, unless_exists="pk")
    else:
        aws.table_update_if(table, item, where={"revision": before["revision"]})


def incident_id(event: Event) -> str:
    """Return which incident *event* speaks of: its detail's `incident`, or itself."""
    if event.type == CLOSED and "incident" not in event.detail:
        raise MalformedEvent(f"{CLOSED} {event.subject}: detail.incident does not say which one")
    return str(event.detail.get("incident", event.id))


def noted(before: Mapping[str, Any] | None, event: Event, time: str) -> dict[str, Any]:
    """Return the incident after *event*; the events may come twice, and in any order."""
    item = dict(before or {"pk": incident_id(event), "status": "open", "revision": 0})
    if event.type == OPENED and "opened_at" not in item:
        item |= {"opened_at": time, "subject": event.subject, "opened_because": event.reason}
        item |= {"reasons": [str(r.get("words", r)) for r in event.detail.get("reasons", [])]}
    elif event.type == CLOSED and "closed_at" not in item:
        item |= {"status": "closed", "closed_at": time, "closed_because": event.reason}
        item |= {"closed_by": event.actor}
    else:
        return item
    return {**item, "revision": item["revision"] + 1}


def words(item: Mapping[str, Any], event: Event) -> tuple[str, str]:
    """Return the subject and the text of the message to people."""
    change = "closed" if event.type == CLOSED else "opened"
    lines = [event.reason, *(f"- {reason}" for reason in item.get("reasons", ()))]
    lines += ["", f"incident {item['pk']} is {item['status']}; by {event.actor}"]
    return f"{change}: {event.subject}", "\n".join(lines)
