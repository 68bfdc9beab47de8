"""What must happen when a new catalogue is deployed? Each model is handed to `onboard`."""

from __future__ import annotations

import os
from typing import Any

import aws
from factory.catalogue import catalogue
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import function_actor
from factory.settings import CatalogueSettings

PHYSICAL_ID = "catalogue"


def handle(request: dict[str, Any], _context: object) -> None:
    """Answer CloudFormation at once; a deleted catalogue takes nothing with it."""
    try:
        if request["RequestType"] != "Delete":
            announce(CatalogueSettings.from_env(os.environ))
    except Exception as exc:
        aws.answer_stack(request, physical_id=PHYSICAL_ID, failure=str(exc))
        raise
    aws.answer_stack(request, physical_id=PHYSICAL_ID)


def announce(settings: CatalogueSettings) -> None:
    """Record the catalogue's digest and enqueue one message a model."""
    text = aws.s3_get(settings.catalogue_uri)
    digest = catalogue.digest(text)
    models = catalogue.parse(text)
    changed = Event(
        type="catalogue.changed",
        subject=f"catalogue/{digest[:12]}",
        actor=function_actor("catalogue"),
        reason="a catalogue was deployed",
        key=digest,
        detail={"digest": digest, "models": [m.name for m in models]},
    )
    aws.emit(settings.bus_name, "catalogue", changed)
    for model in models:
        aws.send(settings.onboard_queue_url, {"model": model.name})
