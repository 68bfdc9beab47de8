"""Which incidents are open? They are kept in a table, and people are notified of every change."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import aws
from aws import batch
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.incidents import incident
from factory.incidents.incident import Effect, Notify, Save
from factory.settings import IncidentSettings


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Keep the incidents of an SQS batch, and notify people."""
    settings = IncidentSettings.from_env(os.environ)
    return batch.each(event, lambda envelope: _keep(envelope, settings))


def _keep(envelope: Mapping[str, Any], settings: IncidentSettings) -> None:
    opened = envelope["detail-type"] == IncidentOpened.TYPE
    event = IncidentOpened.of(envelope) if opened else IncidentClosed.of(envelope)
    item = aws.table_get(settings.incidents_table, incident.id_of(event))
    before = incident.of(item) if item else None
    for effect in incident.effects(before, event, envelope["time"]):
        _perform(effect, settings)


def _perform(effect: Effect, settings: IncidentSettings) -> None:
    match effect:
        case Notify(subject, message):
            aws.publish(settings.alerts_topic_arn, subject=subject, message=message)
        case Save(changed, 0):
            aws.table_put(settings.incidents_table, changed.item(), unless_exists="pk")
        case Save(changed, revision):
            where = {"revision": revision}
            aws.table_update_if(settings.incidents_table, changed.item(), where=where)
