"""Which items of a table have had their time?

AWS deletes within days, and shows an expired item until then; here it goes when the clock is
moved past its time. A table's stream shows who did it: DynamoDB itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import dynamodb_backends

from localcloud import clock, places, reactor
from localcloud.tables import streams, transactions

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST_SECONDS = 5 * 365 * 86_400  # AWS leaves alone what would have expired five years ago


def install() -> None:
    """Look for expired items whenever the clock is moved."""
    clock.on_advance(_schedule)


def _schedule() -> None:
    if any(True for _ in _expired()):
        reactor.submit("items expire", _delete)


def _expired() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    """Yield the store, the table and the key of each item whose time is over."""
    with transactions.lock:  # a transaction has other tables while it lasts
        found = [
            (store, name, table, list(table.all_items()))
            for store in places.stores(dynamodb_backends)
            for name, table in store.tables.items()
            if table.ttl["TimeToLiveStatus"] == "ENABLED"
        ]
    for store, name, table, items in found:
        for item in items:
            if _is_over(item.attrs.get(table.ttl["AttributeName"])):
                yield store, name, _key(table, item)


def _is_over(written: Any) -> bool:
    """Tell by the attribute's value, which has to be a number of seconds since 1970."""
    if written is None or not written.is_number():
        return False
    return clock.now() - OLDEST_SECONDS < float(written.value) < clock.now()


def _key(table: Any, item: Any) -> dict[str, Any]:
    names = [table.hash_key_attr, *filter(None, [table.range_key_attr])]
    return {name: item.attrs[name].to_json() for name in names}


def _delete() -> None:
    with streams.by_service():
        for store, name, key in list(_expired()):
            store.delete_item(name, key, None, None, None)
