"""Which incidents are there, and which of them are a model's?"""

from __future__ import annotations

from typing import Any

from aws.calls import pages
from aws.items import deserialized, serialized
from factory.layout import tables
from factory.layout.names import model_subject

SHOWN = 5  # closed incidents, the newest


def listed(table: str) -> list[dict[str, Any]]:
    """Return every incident that was opened; one that was only closed has no subject yet."""
    found = (deserialized(item) for item in pages("dynamodb", "scan", "Items", TableName=table))
    return [item for item in found if "subject" in item]


def of(table: str, model: str) -> list[dict[str, Any]]:
    """Return what `of_model` does, and read the incidents of *model* alone."""
    found = pages(
        "dynamodb",
        "query",
        "Items",
        TableName=table,
        IndexName=tables.INCIDENTS_OF_MODEL,
        KeyConditionExpression="#model = :model",
        ExpressionAttributeNames={"#model": tables.MODEL},
        ExpressionAttributeValues=serialized({":model": model}),
    )
    return of_model([deserialized(item) for item in found], model)


def of_model(incidents: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    """Return the open incidents of a model and its last closed ones, the newest first."""
    begin = f"{model_subject(model)}/"
    mine = [i for i in incidents if f"{i['subject']}/".startswith(begin)]
    newest = sorted(mine, key=lambda i: str(i["opened_at"]), reverse=True)
    closed = [i for i in newest if i["status"] == "closed"]
    return [i for i in newest if i["status"] == "open"] + closed[:SHOWN]
