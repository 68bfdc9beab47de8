"""What does a table's stream hold, and for how long?"""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from datetime import UTC
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models.table import StreamRecord, StreamShard, Table

from localcloud import clock, moto_patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moto.dynamodb.models.dynamo_type import Item

KEPT_SECONDS = 86_400  # "records in the stream are removed after 24 hours"
_SERVICE = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
_by_service: ContextVar[bool] = ContextVar("by_service", default=False)
_listeners: list[Callable[[], None]] = []


def install() -> None:
    """Write records as DynamoDB does, and leave it to others to send them to functions."""
    moto_patches.replace(
        StreamShard,
        "add",
        _add,
        fixes="invokes functions inside the write, records writes that change nothing, keeps all "
        "records for ever",
        upstream="policy: the reactor polls for all; see tables.stream_polling",
    )
    moto_patches.wrap(
        Table,
        "set_stream_specification",
        _switching,
        fixes="keeps the stream of a table whose stream is switched off, and fails at the next "
        "write",
        upstream=moto_patches.UNREPORTED,
    )


def on_record(work: Callable[[], None]) -> None:
    """Call *work* whenever a stream has a new record."""
    _listeners.append(work)


@contextlib.contextmanager
def by_service() -> Iterator[None]:
    """Let the records that are written meanwhile say that DynamoDB itself did it."""
    token = _by_service.set(True)
    try:
        yield
    finally:
        _by_service.reset(token)


def _add(self: StreamShard, old: Item | None, new: Item | None) -> None:
    if old is not None and new is not None and old.to_json() == new.to_json():
        return  # "if you perform a PutItem or UpdateItem operation that does not change any data"
    name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    view: Any = self.table.stream_specification
    number = self.starting_sequence_number + len(self.items)
    made = StreamRecord(self.table, view["StreamViewType"], name, old, new, number)
    made.record |= {"eventVersion": "1.1", "awsRegion": self.table.table_arn.split(":")[3]}
    if _by_service.get():
        made.record["userIdentity"] = _SERVICE
    _trim(self)
    self.items.append(made)
    for work in _listeners:
        work()


def _trim(shard: StreamShard) -> None:
    """Forget the records that are older than a day, but never the numbers they had."""
    while shard.items and clock.now() - created_at(shard.items[0].record) > KEPT_SECONDS:
        shard.items.pop(0)
        shard.starting_sequence_number += 1


def created_at(record: dict[str, Any]) -> float:
    """Return when a record was written, in seconds since 1970."""
    written = record["dynamodb"]["ApproximateCreationDateTime"]  # moto writes UTC without saying so
    return float(written.replace(tzinfo=UTC).timestamp())


def number_of(record: dict[str, Any]) -> int:
    """Return a record's sequence number."""
    return int(record["dynamodb"]["SequenceNumber"])


def _switching(set_specification: Any) -> Any:
    def switched(self: Table, streams: dict[str, Any] | None) -> None:
        set_specification(self, streams)
        if not (self.stream_specification or {}).get("StreamEnabled"):
            self.stream_shard = self.latest_stream_label = None

    return switched
