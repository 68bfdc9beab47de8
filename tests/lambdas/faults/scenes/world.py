"""What does a scene need to find? The catalogue, and objects where the functions look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import models
from aws.items import serialized
from factory.catalogue import catalogue, definition
from factory.catalogue import entry as entries
from factory.catalogue.catalogue import Catalogue
from factory.catalogue.definition import Definition
from factory.catalogue.spec import Watch
from factory.events.event import Event as Typed
from factory.events.untyped import UntypedEvent as Event
from factory.layout import objects, tables
from factory.layout.names import pipeline
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults.house import House

LEARNER = replace(models.catalogue()["income"], name="learner")
WATCHED = replace(models.catalogue()["income"], name="watched", watch=Watch(min_rows=100))
OTHER = replace(LEARNER, name="other-learner")


def catalogued(house: House, *known: Any) -> None:
    """Let the catalogue name these models."""
    place = house.setting("onboard", "CATALOGUE_URI")
    put(house, place, catalogue.render(Catalogue.of(known or [CHURN])).encode())


def in_force(house: House, *known: Any) -> None:
    """Let the specs of these models, and the deployed definition of each recipe, be in force."""
    table, bucket = (house.setting("promote", n) for n in ("INDEX_TABLE", "SPECS_BUCKET"))
    for model in known:
        found = entries.deployed(None, None, model, 1)
        for digest, text in found.documents.items():
            put(house, objects.spec(bucket, model.name, digest), text.encode())
        put(
            house,
            objects.judged(bucket, model.name, found.entry.judged),
            found.judged_text.encode(),
        )
        _item(house, table, tables.model_item(model.name), found.entry.item())
        text = house.aws("sagemaker").describe_pipeline(PipelineName=pipeline(model.recipe))
        digest = definition.digest(text["PipelineDefinition"])
        began = Definition(recipe=model.recipe, digest=digest, periods=(("2000-01-01", ""),))
        _item(house, table, tables.definition_item(model.recipe, digest), began.item())


def _item(house: House, table: str, key: tables.Key, item: dict[str, Any]) -> None:
    found = serialized({**item, **key._asdict()})
    house.aws("dynamodb").put_item(TableName=table, Item=found)


def put(house: House, uri: str, body: bytes) -> str | None:
    """Write an object and return its version."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    answer = house.aws("s3").put_object(Bucket=bucket, Key=key, Body=body)
    return answer.get("VersionId")


def envelope(event: Event | Typed, source: str = "function") -> dict[str, Any]:
    """Wrap an event as EventBridge delivers it."""
    return {
        "detail-type": event.TYPE if isinstance(event, Typed) else event.type,
        "source": f"modelworks.{source}",
        "time": "2026-01-01T00:00:00Z",
        "detail": event.body(),
    }


def said(kind: str, subject: str, key: str, **detail: Any) -> Event:
    """Return an event that somebody has said."""
    return Event(type=kind, subject=subject, actor="function/test", reason="so it is", key=key,
                 detail=detail)  # fmt: skip
