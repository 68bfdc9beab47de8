"""What of its tables does a transaction meet? The items that it names, and no others.

moto copies each table with all its items before a transaction, to undo it: with a thousand items
that takes longer than all else that the call does.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

Writes = list[dict[str, Any]]
"""What TransactWriteItems was given."""


def narrowly(write: Any) -> Any:
    """Let moto's transaction work on tables of the named items, and keep them if it succeeds."""

    def written(self: DynamoDBBackend, transact_items: Writes) -> None:
        whole = dict(self.tables)
        narrow = {
            name: narrowed(table, transact_items)
            for name, table in whole.items()
            if table.stream_shard is None and _keys(table, transact_items)
        }
        self.tables.update(narrow)
        try:
            write(self, transact_items)
        finally:
            self.tables.update({name: whole[name] for name in narrow})
        for name, table in narrow.items():
            adopt(whole[name], table, transact_items)

    return written


def narrowed(table: Table, writes: Writes) -> Table:
    """Return a table that has copies of the items that *writes* name."""
    found = copy.copy(table)
    found.items = defaultdict(dict)
    for key in _keys(table, writes):
        _set(found, key, copy.deepcopy(_item(table, key)))
    return found


def adopt(table: Table, changed: Table, writes: Writes) -> None:
    """Let the items that *writes* name be in *table* what they are in *changed*."""
    for key in _keys(table, writes):
        _set(table, key, _item(changed, key))


def _item(table: Table, key: tuple[DynamoType, ...]) -> Item | None:
    return table.get_item(*_parts(table, key))


def _parts(table: Table, key: tuple[DynamoType, ...]) -> tuple[DynamoType, DynamoType | None]:
    return key[0], key[1] if table.has_range_key else None


def _set(table: Table, key: tuple[DynamoType, ...], item: Any) -> None:
    """Put an item under its key; None takes it away."""
    items: Any = table.items
    if item is None:
        table.delete_item(*_parts(table, key))
    elif table.has_range_key:
        items[key[0]][key[1]] = item
    else:
        items[key[0]] = item


def _keys(table: Table, writes: Writes) -> list[tuple[DynamoType, ...]]:
    """Return the keys of the table's items that are written; what lacks its key is refused."""
    told = [op for write in writes for op in write.values() if _name(op) == table.name]
    named = [op.get("Key") or op.get("Item") or {} for op in told]
    return [
        tuple(DynamoType(each[name]) for name in table.table_key_attrs)
        for each in named
        if all(name in each for name in table.table_key_attrs)
    ]


def _name(operation: dict[str, Any]) -> str:
    """Return the table that is named, also by its ARN."""
    return str(operation.get("TableName")).rpartition("/")[2]
