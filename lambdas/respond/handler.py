"""What is done about drift? What the last episodes ask for becomes events."""

from __future__ import annotations

import os
from typing import Any

import aws
from aws.batch import each
from factory.drift import finding, items, response
from factory.layout import tables
from factory.settings import RespondSettings


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Respond for every model whose alarm of drift changed, or whose drift began or ended."""
    settings = RespondSettings.from_env(os.environ)
    return each(event, lambda envelope: respond(response.model_of(envelope), settings))


def respond(model: str, settings: RespondSettings) -> None:
    """Emit what is true now of the last episodes of drift of *model*, whatever message came."""
    item = aws.table_get(settings.windows_table, tables.watched(model))
    episodes = items.episodes_of(item)
    findings = {uri: finding.parse(aws.s3_get(uri)) for uri in response.needed(episodes)}
    events = response.events(model, episodes, findings)
    if events:
        aws.emit(settings.bus_name, "respond", *events)
