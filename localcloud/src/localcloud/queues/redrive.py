"""How do messages get from a dead-letter queue back to where they came from?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from moto.sqs.models import Message, sqs_backends

from localcloud import clock, places, reactor, task_handles
from localcloud.queues import dlq_sources
from localcloud.queues.gathering import receivable

RUNNING = "RUNNING"
LOST = "CouldNotDetermineMessageSource"
GONE = "AWS.SimpleQueueService.NonExistentQueue"


class Stopped(Exception):
    """A task that cannot go on; the message is AWS's FailureReason."""


@dataclass
class Task:
    """One move of messages, at most *rate* in a second (None: as fast as can be)."""

    handle: str
    source: str
    destination: str | None
    rate: int | None
    to_move: int
    started: int
    """In milliseconds since 1970."""
    moved: int = 0
    status: str = RUNNING
    failure: str | None = None

    def described(self) -> dict[str, Any]:
        """Return the task as ListMessageMoveTasks does: a task that ended has no handle."""
        found = {
            "TaskHandle": self.handle if self.status == RUNNING else None,
            "Status": self.status,
            "SourceArn": self.source,
            "DestinationArn": self.destination,
            "MaxNumberOfMessagesPerSecond": self.rate,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "FailureReason": self.failure,
            "StartedTimestamp": self.started,
        }
        return {name: value for name, value in found.items() if value is not None}


def queue_of(arn: str | None) -> Any:
    """Return moto's queue of that ARN, or None."""
    if arn is None:
        return None
    place = places.of(arn)
    queue = sqs_backends[place.account][place.region].queues.get(arn.split(":")[-1])
    return queue if queue is not None and queue.queue_arn == arn else None


def start(source: Any, destination: str | None, rate: int | None) -> Task:
    """Begin to move what is in the queue *source* now."""
    arn = source.queue_arn
    waiting = sum(1 for message in source._messages if message.visible)
    started = int(clock.now() * 1000)
    task = Task(
        task_handles.encoded(str(uuid.uuid4()), arn), arn, destination, rate, waiting, started
    )
    go_on(task)
    return task


def go_on(task: Task) -> None:
    """Let a task that runs move its next messages."""
    if task.status == RUNNING:
        reactor.submit(f"move messages from {task.source}", lambda: _go_on(task))


def _go_on(task: Task) -> None:
    """Move one second's messages; come again for the others in a second of the cloud's clock."""
    if task.status != RUNNING:
        return
    try:
        at_rest = _move_some(task)
    except Stopped as error:
        task.status, task.failure = "FAILED", str(error)
        return
    if at_rest or task.moved >= task.to_move:
        task.status = "COMPLETED"
    else:
        name = f"go on moving messages from {task.source}"
        reactor.at(clock.now() + 1, name, lambda: _go_on(task))


def _move_some(task: Task) -> bool:
    """Move up to a second's messages; tell whether nothing was left to be moved."""
    for _ in range(min(task.rate or task.to_move, task.to_move - task.moved)):
        source = queue_of(task.source)
        if source is None:
            raise Stopped(GONE)
        message = next(receivable(source), None)
        if message is None:
            return True
        _move(source, message, task.destination)
        task.moved += 1
    return False


def _move(source: Any, message: Message, destination: str | None) -> None:
    target_arn = destination or dlq_sources.of(message)
    if target_arn is None:
        raise Stopped(LOST)
    target = queue_of(target_arn)
    if target is None:
        raise Stopped(GONE)
    source._messages.remove(message)
    source.pending_messages.discard(message)
    target.add_message(_anew(message, int(target.delay_seconds)))


def _anew(old: Message, delay_seconds: int) -> Message:
    """Return the message as a new one: with an id, time of sending and count of its own."""
    message = Message(str(uuid.uuid4()), old.body, old.system_attributes)
    for name in ("message_attributes", "sender_id", "deduplication_id", "group_id"):
        setattr(message, name, getattr(old, name))
    message.sequence_number = old.sequence_number
    message.mark_sent(delay_seconds)
    return message
