"""What does a scene need to find? The catalogue, and objects where the functions look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import models
from aws.items import serialized
from factory.catalogue import entry as entries
from factory.catalogue.spec import Watch
from factory.layout import objects, tables
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults.house import House

LEARNER = replace(models.catalogue()["income"], name="learner")
WATCHED = replace(models.catalogue()["income"], name="watched", watch=Watch(min_rows=100))
OTHER = replace(LEARNER, name="other-learner")


def catalogued(house: House, *known: Any) -> None:
    """Let these models be in force, as a deploy would."""
    models = known or [CHURN]
    for model in models:
        in_force(house, model)


def in_force(house: House, model: Any) -> None:
    """Let a model's spec be in force."""
    written(house, entries.deployed(None, None, model, 1))


def written(house: House, write: entries.Write) -> None:
    """Store what a deploy writes about one model."""
    model = write.model
    table, bucket = (house.setting("onboard", name) for name in ("INDEX_TABLE", "SPECS_BUCKET"))
    for digest, text in write.documents.items():
        put(house, objects.spec(bucket, model.name, digest), text.encode())
    put(house, objects.judged(bucket, model.name, write.entry.judged), write.judged_text.encode())
    items = [(tables.model_item(model.name), write.entry.item())]
    items += [(tables.product_item(p, model.name), {"sequence": 1}) for p in write.entry.products]
    for key, item in items:
        whole = serialized({**item, **key._asdict()})
        house.aws("dynamodb").put_item(TableName=table, Item=whole)


def put(house: House, uri: str, body: bytes) -> str | None:
    """Write an object and return its version."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    answer = house.aws("s3").put_object(Bucket=bucket, Key=key, Body=body)
    return answer.get("VersionId")
