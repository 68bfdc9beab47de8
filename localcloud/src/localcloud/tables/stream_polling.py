"""When does a function get the records of a table's stream?"""

from __future__ import annotations

import functools
from collections import deque
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaBackend, lambda_backends
from moto.dynamodb.models import dynamodb_backends
from moto.events.models import EventPattern

from localcloud import clock, functions, moto_patches, places, reactor, resets
from localcloud.state import kept
from localcloud.tables import stream_batches, streams, transactions
from localcloud.tables.stream_admission import is_stream
from localcloud.tables.stream_batches import EXHAUSTED, TOO_OLD, Batch
from localcloud.tables.streams import number_of as number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.awslambda.models import EventSourceMapping, LambdaFunction

    from localcloud.timers import Timer

MOST_BYTES = 6 * 1024 * 1024  # "the payload limit of 6 MB"
THROTTLED_SECONDS = 1
"""After so long a batch is tried again for which the function had no turn."""


class Reader:
    """One mapping's way through the one shard of its stream: what comes next, and what failed."""

    def __init__(self, mapping: EventSourceMapping) -> None:
        self.mapping = mapping
        self.failed: deque[Batch] = deque()
        self.running: Batch | None = None
        self.timer: Timer | None = None
        self.submitted = False
        self.next = self.last = 0
        if mapping.starting_position == "LATEST" and (shard := self.shard()):
            self.next = shard.starting_sequence_number + len(shard.items)

    def shard(self) -> Any:
        """Return the shard that the mapping reads; None when its stream is gone or another one."""
        _, _, _, region, account, resource = self.mapping.event_source_arn.split(":", 5)
        _, table_name, _, label = resource.split("/")
        table = dynamodb_backends[account][region].tables.get(table_name)
        return table.stream_shard if table and table.latest_stream_label == label else None

    def unread(self) -> list[dict[str, Any]]:
        """Return the records that come next; what a transaction writes is there when it ends."""
        with transactions.lock:
            shard = self.shard()
            if shard is None:
                return []
            start = max(0, self.next - shard.starting_sequence_number)
            return [item.record for item in shard.items[start:]]

    def is_ready(self) -> bool:
        """Tell whether there is something to do now."""
        if not self.mapping.enabled or self.submitted:
            return False
        if self.timer is None:
            return bool(self.failed or self.unread())
        return not self.failed and any(self.last < number(each) for each in self.unread()[-1:])

    def submit(self) -> None:
        """Let the next batch be taken, unless it is to be already."""
        if self.submitted:
            return
        self.submitted = True
        if self.timer:
            self.timer.cancel()
            self.timer = None
        work = places.bound(self._step, places.of(self.mapping.function_arn))
        reactor.start(f"stream {self.mapping.event_source_arn}", work)

    def written(self) -> dict[str, Any]:
        """Return how far it is, as plain data; a batch that runs will be run again."""
        begun = [] if self.running is None else [self.running]
        due = None if self.timer is None else self.timer.when
        batches = [*begun, *self.failed]
        return {"next": self.next, "last": self.last, "failed": batches, "due": due}

    def put_back(self, written: dict[str, Any]) -> None:
        """Go on from what was `written`."""
        self.next, self.last = written["next"], written["last"]
        self.failed.extend(written["failed"])
        if written["due"] is not None:
            self._wait_until(written["due"])

    def _step(self) -> None:
        try:
            if self.mapping.enabled and (batch := self._batch()):
                self._process(batch)
        finally:
            self.submitted, self.running = False, None
        schedule()

    def _batch(self) -> Batch | None:
        """Take the batch that failed, or the next one; wait for more if the mapping says so."""
        if self.failed:
            return self.failed.popleft()
        wanted: list[dict[str, Any]] = []
        taken, size, limit = 0, 0, self.mapping.batch_size
        for record in self.unread():
            size += record["dynamodb"]["SizeBytes"]
            if len(wanted) == limit or (wanted and size > MOST_BYTES):
                break
            self.last = number(record)
            taken = self.last + 1
            if self._passes(record):
                wanted.append(record)
        if wanted and len(wanted) < limit and self._waits(streams.created_at(wanted[0])):
            return None
        self.next = taken or self.next
        return Batch(tuple(wanted)) if wanted else None

    def _passes(self, record: dict[str, Any]) -> bool:
        filters = (self.mapping.filter_criteria or {}).get("Filters") or []
        seen: Any = stream_batches.seen(self.mapping, record)
        patterns = [EventPattern.load(each["Pattern"]) for each in filters]
        return not patterns or any(pattern.matches_event(seen) for pattern in patterns)

    def _waits(self, since: float) -> bool:
        window = int(self.mapping.max_batch_window or 0)
        due = since + window
        if not window or due <= clock.now():
            return False
        self._wait_until(due)
        return True

    def _wait_until(self, due: float) -> None:
        self.timer = reactor.at(due, f"stream {self.mapping.event_source_arn}", self.submit)

    def _process(self, batch: Batch) -> None:
        try:
            target = functions.function(self.mapping.function_arn)
        except UnknownFunctionException:
            self.mapping.enabled = False
            raise
        old, young = batch.parted(clock.now() - self._oldest())
        if old.records:
            stream_batches.give_up(self.mapping, target, old, TOO_OLD, None)
        if young.records:
            self._run(target, young)

    def _oldest(self) -> float:
        age = int(self.mapping.max_record_age or -1)
        return streams.KEPT_SECONDS if age < 0 else min(age, streams.KEPT_SECONDS)

    def _run(self, target: LambdaFunction, batch: Batch) -> None:
        self.running = batch
        try:
            outcome = functions.run(target, stream_batches.event(self.mapping, batch))
        except functions.Throttled:
            self.failed.appendleft(batch)
            self._wait_until(clock.now() + THROTTLED_SECONDS)
            return
        rest = batch.rest(self.mapping, outcome)
        if rest is None:
            return
        retries = -1 if (most := self.mapping.max_retry_attempts) is None else int(most)
        if self.mapping.bisect_on_error and len(rest.records) > 1:
            self.failed.extendleft(reversed(rest.halves()))
        elif 0 <= retries < rest.attempts:
            stream_batches.give_up(self.mapping, target, rest, EXHAUSTED, outcome)
        else:
            self.failed.appendleft(rest)
            self._wait_until(clock.now() + rest.pause)


_readers: dict[str, Reader] = {}


def _put_back(before: dict[str, dict[str, Any]]) -> None:
    """Have a reader again for each mapping, where it was."""
    _readers.clear()
    for backend in places.stores(lambda_backends):
        for uuid, mapping in backend._event_source_mappings.items():
            if uuid in before:
                _readers[uuid] = Reader(mapping)
                _readers[uuid].put_back(before[uuid])


kept.keep_by(
    "tables/readers",
    lambda: {uuid: reader.written() for uuid, reader in list(_readers.items())},
    _put_back,
)


def install() -> None:
    """Read for each mapping, from the position it was made for."""
    moto_patches.wrap(
        LambdaBackend,
        "create_event_source_mapping",
        _beginning,
        fixes="sends what a stream has ever had, wherever a mapping starts",
        upstream="policy: the reactor polls for all; see tables.stream_polling",
    )
    streams.on_record(schedule)
    reactor.watch(schedule)
    resets.on_reset(_readers.clear)


def _beginning(create: Any) -> Any:
    @functools.wraps(create)
    def created(self: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
        mapping: EventSourceMapping = create(self, spec)
        if is_stream(mapping.event_source_arn):
            _readers[mapping.uuid] = Reader(mapping)
            schedule()
        return mapping

    return created


def schedule() -> None:
    """Submit the work of each mapping that has some."""
    with transactions.lock:  # held first by writers, which come here with it
        for reader in list(_standing()):
            if reader.is_ready():
                reader.submit()


def _standing() -> Iterator[Reader]:
    """Yield the readers whose mappings are still there; forget the others."""
    for uuid, reader in list(_readers.items()):
        mapping = reader.mapping
        backend: Any = lambda_backends[mapping.account_id][mapping.region]
        if uuid in backend._event_source_mappings:
            yield reader
        else:
            _readers.pop(uuid, None)
