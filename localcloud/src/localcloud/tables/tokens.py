"""Was this transaction asked for already?"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import DynamodbException
from moto.dynamodb.responses import DynamoHandler

from localcloud import clock, moto_patches
from localcloud.state import kept
from localcloud.tables import transactions

KEPT_SECONDS = 600  # "A client request token is valid for 10 minutes" (TransactWriteItems)

_done: dict[str, tuple[float, str]] = {}
kept.keep("tables/tokens", _done)
"""By token: until when it counts, and the request it came with."""


class Mismatch(DynamodbException):
    """A token that came with another request before."""

    def __init__(self) -> None:
        super().__init__(
            "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
            "The request uses the same client token as a previous, but non-identical request. "
            "Do not reuse a client token with different requests, unless the requests are "
            "identical",
        )


def install() -> None:
    """Let TransactWriteItems with a known ClientRequestToken change nothing again."""
    moto_patches.wrap(
        DynamoHandler,
        "transact_write_items",
        _once,
        fixes="writes again for a ClientRequestToken that was used",
        upstream=moto_patches.UNREPORTED,
    )


def _once(transact_write_items: Any) -> Any:
    def once(self: DynamoHandler) -> ActionResult:
        with transactions.lock:
            return _answer(self, transact_write_items)

    return once


def _answer(self: DynamoHandler, transact_write_items: Any) -> ActionResult:
    token, asked = self.body.get("ClientRequestToken"), json.dumps(self.body, sort_keys=True)
    until, before = _done.get(token, (0.0, ""))
    if until > clock.now():
        if asked != before:
            raise Mismatch
        return ActionResult({})
    answer: ActionResult = transact_write_items(self)
    if token:
        _done[token] = (clock.now() + KEPT_SECONDS, asked)
    return answer
