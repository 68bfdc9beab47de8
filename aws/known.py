"""Which things are there? A page of them at a time, so that no call grows with their number."""

from __future__ import annotations

from typing import Any

from aws.calls import client, translated
from aws.items import deserialized, serialized
from aws.objects import place
from factory.layout.tables import PK


def s3_page(prefix: str, *, after: str = "", limit: int = 100) -> list[str]:
    """Return up to *limit* keys below the URI *prefix*, in order, beginning *after* one."""
    where = place(prefix)
    start = {"StartAfter": after} if after else {}
    with translated(prefix):
        found = client("s3").list_objects_v2(
            Bucket=where["Bucket"], Prefix=where["Key"], MaxKeys=limit, **start
        )
    return [str(item["Key"]) for item in found.get("Contents", [])]


def table_page(
    table: str, *, unlike: tuple[str, str], after: str = "", limit: int = 100
) -> tuple[list[str], str]:
    """Return keys from one page of a table, and the key to go on after; empty at the end.

    They are those of the items that have the attribute of *unlike*, with another value.
    """
    start: dict[str, Any] = {"ExclusiveStartKey": serialized({PK: after})} if after else {}
    with translated(table):
        page = client("dynamodb").scan(
            TableName=table,
            FilterExpression="attribute_exists(#name) AND #name <> :value",
            ExpressionAttributeNames={"#name": unlike[0]},
            ExpressionAttributeValues=serialized({":value": unlike[1]}),
            ConsistentRead=True,
            Limit=limit,
            **start,
        )
    last = deserialized(page.get("LastEvaluatedKey", {})).get(PK, "")
    return [str(deserialized(item)[PK]) for item in page["Items"]], str(last)
