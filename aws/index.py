"""How is the index read and written? A table with two keys; one item at a time, or one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aws.calls import client, pages, translated
from aws.items import deserialized, serialized
from factory.errors import Conflict
from factory.layout.tables import Key

ATTEMPTS = 5  # each failed one means that somebody else has written the same item meanwhile


@dataclass(frozen=True)
class Put:
    """Write one item, if the one that is there has the *expected* attributes."""

    key: Key
    item: Mapping[str, Any]
    expected: Mapping[str, Any] | None = field(default_factory=dict)
    """None: there must be no item; empty: whatever is there. An attribute that is None is absent,
    as are all of an item that is not there."""

    def request(self, table: str) -> dict[str, Any]:
        """Return the part of a transaction."""
        item = serialized({**self.item, **self.key._asdict()})
        return {"Put": {"TableName": table, "Item": item, **_condition(self.expected)}}


@dataclass(frozen=True)
class Delete:
    """Take one item away, if it has the *expected* attributes."""

    key: Key
    expected: Mapping[str, Any] = field(default_factory=dict)
    """Empty: whatever is there, or nothing."""

    def request(self, table: str) -> dict[str, Any]:
        """Return the part of a transaction."""
        key = serialized(self.key._asdict())
        return {"Delete": {"TableName": table, "Key": key, **_condition(self.expected)}}


def index_get(table: str, key: Key) -> dict[str, Any] | None:
    """Return the item of *key* as it is now, or None."""
    with translated(f"{table} {key.pk} {key.sk}"):
        answer = client("dynamodb").get_item(
            TableName=table, Key=serialized(key._asdict()), ConsistentRead=True
        )
    return deserialized(answer["Item"]) if "Item" in answer else None


def index_write(table: str, writes: Sequence[Put | Delete]) -> None:
    """Do all of *writes*, 100 at most, or none; Conflict when one is not as expected."""
    with translated(f"{table} {', '.join(write.key.pk for write in writes)}"):
        client("dynamodb").transact_write_items(
            TransactItems=[write.request(table) for write in writes]
        )


def index_retry(work: Callable[[], None]) -> None:
    """Do *work*, which reads and then writes, anew when what it read has changed meanwhile.

    Conflict when somebody else was first at each attempt.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(Conflict):
            return work()
    return work()


def index_page(table: str, pk: str, *, after: str = "", limit: int = 500) -> list[str]:
    """Return the second keys of up to *limit* items of *pk*, in order, beginning *after* one."""
    start = {"ExclusiveStartKey": serialized(Key(pk, after)._asdict())} if after else {}
    with translated(f"{table} {pk}"):
        answer = client("dynamodb").query(
            TableName=table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=serialized({":pk": pk}),
            ProjectionExpression="sk",
            ConsistentRead=True,
            Limit=limit,
            **start,
        )
    return [str(deserialized(item)["sk"]) for item in answer["Items"]]


def index_items(table: str, pk: str) -> Iterator[dict[str, Any]]:
    """Yield all items of *pk*, in order; for a partition that holds few."""
    found = pages(
        "dynamodb",
        "query",
        "Items",
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=serialized({":pk": pk}),
        ConsistentRead=True,
    )
    yield from map(deserialized, found)


def _condition(expected: Mapping[str, Any] | None) -> dict[str, Any]:
    if expected is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    if not expected:
        return {}
    values = serialized({f":{n}": v for n, v in expected.items() if v is not None})
    return {
        "ConditionExpression": " AND ".join(
            f"attribute_not_exists(#{name})" if value is None else f"#{name} = :{name}"
            for name, value in expected.items()
        ),
        "ExpressionAttributeNames": {f"#{name}": name for name in expected},
        **({"ExpressionAttributeValues": values} if values else {}),
    }
