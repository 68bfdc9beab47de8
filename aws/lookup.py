"""How are items read whose keys are known? In one call, also from several tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aws.calls import client, translated
from aws.items import deserialized, serialized

KEYS = 100  # BatchGetItem takes a hundred

Place = tuple[str, Mapping[str, str]]
"""A table, and the key of an item of it."""


def items_get(*wanted: Place) -> list[dict[str, Any] | None]:
    """Return the item of each place as it is now, or None; no place may come twice."""
    there = list(items_at(wanted))
    return [_item(there, *place) for place in wanted]


def items_at(wanted: Iterable[Place]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the items that exist, each with its table, in no order."""
    waiting = [(table, serialized(key)) for table, key in wanted]
    while waiting:
        asked, waiting = waiting[:KEYS], waiting[KEYS:]
        requests: dict[str, Any] = {}
        for table, key in asked:
            requests.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)
        with translated(", ".join(requests)):
            answer = client("dynamodb").batch_get_item(RequestItems=requests)
        for table, items in answer["Responses"].items():
            yield from ((table, deserialized(item)) for item in items)
        for table, left in answer.get("UnprocessedKeys", {}).items():
            waiting += [(table, key) for key in left["Keys"]]


def _item(
    there: Iterable[tuple[str, dict[str, Any]]], table: str, key: Mapping[str, str]
) -> dict[str, Any] | None:
    mine = (item for where, item in there if where == table and key.items() <= item.items())
    return next(mine, None)
