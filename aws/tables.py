"""How are items of DynamoDB tables read and written? These tables have one key: pk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws.calls import client, translated
from aws.items import serialized
from aws.lookup import items_at
from factory.layout.tables import PK

WRITES = 25  # BatchWriteItem takes so many


def table_get(table: str, key: str) -> dict[str, Any] | None:
    """Return the item called *key* as it is now, or None."""
    return table_get_many(table, [key]).get(key)


def table_get_many(table: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the items that exist, by key, as they are now."""
    places = [(table, {PK: key}) for key in dict.fromkeys(keys)]
    return {item[PK]: item for _, item in items_at(places)}


def table_any(table: str) -> bool:
    """Tell whether a table holds any item."""
    with translated(table):
        found = client("dynamodb").scan(TableName=table, Limit=1, ConsistentRead=True)
    return bool(found["Items"])


def table_put(table: str, item: Mapping[str, Any], *, unless_exists: str | None = None) -> None:
    """Write an item; Conflict when it exists and *unless_exists* names its key."""
    condition = {"ConditionExpression": f"attribute_not_exists({unless_exists})"}
    with translated(f"{table} {item['pk']}"):
        client("dynamodb").put_item(
            TableName=table, Item=serialized(item), **(condition if unless_exists else {})
        )


def table_put_many(table: str, items: Sequence[Mapping[str, Any]]) -> None:
    """Write items with different keys, 25 with each call; what DynamoDB leaves is written again."""
    waiting = [{"PutRequest": {"Item": serialized(item)}} for item in items]
    while waiting:
        asked, waiting = waiting[:WRITES], waiting[WRITES:]
        with translated(table):
            answer = client("dynamodb").batch_write_item(RequestItems={table: asked})
        waiting += answer.get("UnprocessedItems", {}).get(table, [])


def table_update_if(table: str, item: Mapping[str, Any], *, where: Mapping[str, Any]) -> None:
    """Replace an item whose attributes equal *where*; Conflict otherwise."""
    with translated(f"{table} {item['pk']}"):
        client("dynamodb").put_item(TableName=table, **_put(item, where))


def table_commit(table: str, *writes: tuple[Mapping[str, Any], Mapping[str, Any] | None]) -> None:
    """Write all items or none: each is new (None) or replaces one that equals the mapping.

    Conflict when one of them is not so; its words name the items that stood in the way.
    """
    puts = [{"Put": {"TableName": table, **_put(item, where)}} for item, where in writes]
    with translated(f"{table} {', '.join(item['pk'] for item, _ in writes)}"):
        client("dynamodb").transact_write_items(TransactItems=puts)


def _put(item: Mapping[str, Any], where: Mapping[str, Any] | None) -> dict[str, Any]:
    if where is None:
        return {"Item": serialized(item), "ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "Item": serialized(item),
        "ConditionExpression": " AND ".join(f"#{n} = :{n}" for n in where),
        "ExpressionAttributeNames": {f"#{n}": n for n in where},
        "ExpressionAttributeValues": serialized({f":{n}": v for n, v in where.items()}),
    }
