"""When does a function get the messages of a queue?"""

from __future__ import annotations

import functools
import json
import threading
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.events.models import EventPattern
from moto.sqs.models import Queue, sqs_backends

from localcloud import clock, functions, moto_patches, places, reactor
from localcloud.functions import recursion
from localcloud.queues import gathering, recursion_guard
from localcloud.queues.gathering import receivable
from localcloud.queues.records import record
from localcloud.state.kept import durable

if TYPE_CHECKING:
    from moto.awslambda.models import EventSourceMapping, LambdaFunction
    from moto.sqs.models import Message

AFTER_SECONDS = 0.01  # a message is visible again only after the very moment its time ends


def install() -> None:
    """Deliver to functions from the reactor, where moto does it inside SendMessage."""
    moto_patches.wrap(
        Queue,
        "add_message",
        _announcing,
        fixes="invokes functions inside SendMessage, for disabled mappings too",
        upstream="policy: the reactor polls for all; getmoto/moto#9948 is about disabled ones",
    )
    moto_patches.wrap(
        Queue,
        "delete_message",
        _alone,
        fixes="loses messages that come while another thread deletes one",
        upstream="policy: moto does not promise to serve several threads (getmoto/moto#7164)",
    )
    reactor.watch(_schedule)


changing = threading.RLock()
"""Held by whoever changes a queue: moto deletes by copying, which loses what comes meanwhile."""


def _alone(change: Any) -> Any:
    @functools.wraps(change)
    def changed(*arguments: Any) -> Any:
        with changing:
            return change(*arguments)

    return changed


def _announcing(add_message: Any) -> Any:
    def add(self: Any, message: Message) -> None:
        with changing:
            mappings, self.lambda_event_source_mappings = self.lambda_event_source_mappings, {}
            try:
                add_message(self, message)
            finally:
                self.lambda_event_source_mappings = mappings
        if message.delayed_until:
            reactor.at(message.delayed_until / 1000 + AFTER_SECONDS, "delayed message", _LATER)
        _schedule()

    return add


_waiting: set[str] = set()
_looking = threading.Lock()


@durable
def _schedule() -> None:
    """Submit a poll for each mapping whose queue has something to receive."""
    for mapping in _mappings():
        with _looking:  # whoever sends and the reactor look at once, and one of them takes it
            _look(mapping)


def _look(mapping: EventSourceMapping) -> None:
    queue = _queue(mapping)
    idle = mapping.enabled and queue is not None and mapping.uuid not in _waiting
    if idle and gathering.is_due(mapping, queue, _LATER) and _has_turn(mapping):
        gathering.ended(mapping)
        _waiting.add(mapping.uuid)
        reactor.submit(f"poll {queue.name}", functools.partial(_poll, mapping, queue))


_LATER = functools.partial(_schedule)
"""As a timer has it."""


def _has_turn(mapping: EventSourceMapping) -> bool:
    """Whether the function could run now; of one that is gone the poll says so."""
    try:
        return functions.has_turn(functions.function(mapping.function_arn))
    except UnknownFunctionException:
        return True


def _mappings() -> list[EventSourceMapping]:
    """Return the mappings of all accounts and regions."""
    backends = places.stores(lambda_backends)
    return [each for backend in backends for each in list(backend._event_source_mappings.values())]


def _queue(mapping: EventSourceMapping) -> Any:
    arn = mapping.event_source_arn
    place = places.of(arn)
    queue = sqs_backends[place.account][place.region].queues.get(arn.split(":")[-1])
    return queue if queue is not None and queue.queue_arn == arn else None


def _poll(mapping: EventSourceMapping, queue: Any) -> None:
    """Receive one batch, and let the function run on it; the next is received after that."""
    try:
        wanted = _wanted(mapping, queue)
    except Exception:
        _waiting.discard(mapping.uuid)  # or nothing more would ever be received
        raise
    work = functools.partial(_work, mapping, queue, wanted)
    place = places.of(mapping.function_arn)
    reactor.start(f"batch of {queue.name}", places.bound(work, place))


def _wanted(mapping: EventSourceMapping, queue: Any) -> list[Message]:
    """Receive a batch and delete what the mapping's filters do not let through."""
    with changing:
        batch = _receive(queue, mapping.batch_size)
    wanted = [message for message in batch if _passes(mapping, message)]
    for message in batch:
        if message not in wanted:
            queue.delete_message(str(message.receipt_handle))
    return wanted


def _work(mapping: EventSourceMapping, queue: Any, batch: list[Message]) -> None:
    try:
        if batch:
            _process(mapping, queue, batch)
    finally:
        _waiting.discard(mapping.uuid)
        _schedule()


def _receive(queue: Any, limit: int) -> list[Message]:
    """Take up to *limit* messages, of one group in a FIFO queue; dead-letter exhausted ones."""
    batch: list[Message] = []
    for message in receivable(queue):
        if _exhausted(queue, message):
            queue._messages.remove(message)
            queue.pending_messages.discard(message)
            queue.dead_letter_queue.add_message(message)
        elif not (queue.fifo_queue and batch and batch[0].group_id != message.group_id):
            message.mark_received(int(queue.visibility_timeout))
            queue.pending_messages.add(message)
            batch.append(message)
        if len(batch) >= limit:
            break
    return batch


def _exhausted(queue: Any, message: Message) -> bool:
    if queue.dead_letter_queue is None or not queue.redrive_policy:
        return False
    return message.approximate_receive_count >= int(queue.redrive_policy["maxReceiveCount"])


def _passes(mapping: EventSourceMapping, message: Message) -> bool:
    patterns = [item["Pattern"] for item in (mapping.filter_criteria or {}).get("Filters", [])]
    if not patterns:
        return True
    try:
        body = json.loads(message.body)
    except ValueError:
        body = message.body
    event: Any = {**record(mapping, message), "body": body}
    return any(EventPattern.load(pattern).matches_event(event) for pattern in patterns)


def _process(mapping: EventSourceMapping, queue: Any, batch: list[Message]) -> None:
    """Run the function; delete what it managed, leave the rest until its visibility time ends."""
    try:
        target = functions.function(mapping.function_arn)
    except UnknownFunctionException:
        mapping.enabled = False
        raise
    batch = recursion_guard.stop(queue, batch, target)
    if batch:
        _run(mapping, queue, batch, target)


def _run(
    mapping: EventSourceMapping, queue: Any, batch: list[Message], target: LambdaFunction
) -> None:
    failed = {message.id for message in batch}
    try:
        chain = recursion.longest([recursion_guard.of(message) for message in batch])
        records = [record(mapping, item) for item in batch]
        outcome = functions.run(target, {"Records": records}, chain=chain)
        failed = _failed(mapping, batch, outcome)
    except functions.Throttled:
        return  # somebody else was quicker: the messages are visible again after their time
    finally:
        for message in batch:
            if message.id in failed:
                due = max(clock.now(), message.visible_at / 1000) + AFTER_SECONDS
                reactor.at(due, f"message visible again in {queue.name}", _LATER)
            else:
                queue.delete_message(str(message.receipt_handle))


def _failed(
    mapping: EventSourceMapping, batch: list[Message], outcome: functions.Outcome
) -> set[str]:
    """Return the ids of the messages to try again; an answer AWS cannot read fails them all."""
    everything = {message.id for message in batch}
    if outcome.error:
        return everything
    if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
        return set()
    answer = json.loads(outcome.text)
    if not answer or not isinstance(answer, dict):
        return set() if answer in (None, {}) else everything
    try:
        named = {item["itemIdentifier"] for item in answer.get("batchItemFailures") or []}
    except (TypeError, KeyError):
        return everything
    return everything if named - everything else named
