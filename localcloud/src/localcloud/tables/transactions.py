"""How do writes to tables stay apart, and why is a transaction cancelled?

moto answers calls on many threads, checks a condition first and writes then, and undoes a
transaction by putting back whole tables: a write in between would pass a condition it does not
meet, or be lost. It sees of the tables what the transaction names: see `narrowing`.
"""

from __future__ import annotations

import threading
from typing import Any

from moto.dynamodb.exceptions import TransactionCanceledException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.responses import DynamoHandler

from localcloud import moto_patches
from localcloud.tables.narrowing import narrowly

_TRANSACTION = "transact_write_items"
_ALONE = (
    "put_item",
    "update_item",
    "delete_item",
    _TRANSACTION,
    "get_item",
    "query",
    "scan",
    "create_table",
    "delete_table",
)
lock = threading.RLock()
"""Held by whoever reads or writes tables."""


def install() -> None:
    """Let one call at a time touch the tables, and say what a transaction lacks."""
    moto_patches.wrap(
        DynamoDBBackend,
        _ALONE,
        _alone,
        fixes="lets a write in between pass a condition that it does not meet, or be lost",
        upstream="policy: moto does not promise to serve several threads (getmoto/moto#7164)",
    )
    moto_patches.wrap(
        DynamoHandler,
        "transact_get_items",
        _alone,
        fixes="reads what another call writes between two items of a transaction",
        upstream="policy: moto does not promise to serve several threads (getmoto/moto#7164)",
    )
    moto_patches.wrap(
        TransactionCanceledException,
        "__init__",
        _explaining,
        fixes="names its own KeyError as the reason of a cancelled transaction",
        upstream=moto_patches.UNREPORTED,
    )


def _alone(operation: Any) -> Any:
    work = narrowly(operation) if operation.__name__ == _TRANSACTION else operation

    def alone(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return work(*args, **kwargs)

    return alone


def _explaining(initialize: Any) -> Any:
    """Say in AWS's words that an item lacks its key, where moto names its own KeyError."""

    def initialized(self: Any, errors: list[Any]) -> None:
        initialize(self, [_reason(*error) for error in errors])

    return initialized


def _reason(code: str | None, message: str | None, item: Any) -> tuple[Any, Any, Any]:
    if code != "KeyError":
        return code, message, item
    key = str(message).strip("'")
    message = f"One or more parameter values were invalid: Missing the key {key} in the item"
    return "ValidationError", message, item
