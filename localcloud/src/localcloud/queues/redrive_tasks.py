"""What do StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask answer?"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from moto.core.responses import ActionResult
from moto.sqs.exceptions import InvalidParameterValue, SQSException
from moto.sqs.responses import SQSResponse

from localcloud import moto_patches, task_handles
from localcloud.queues import redrive
from localcloud.state import kept

MOST_TASKS = 10
MOST_PER_SECOND = 500

_tasks: dict[str, deque[redrive.Task]] = defaultdict(lambda: deque(maxlen=MOST_TASKS))
"""The latest tasks of each source queue, newest first."""


class NotFound(SQSException):
    """A queue or task that is not there."""

    code = "ResourceNotFoundException"


def _put_back(before: dict[str, list[redrive.Task]]) -> None:
    """Have the tasks that were there, and go on with those that run."""
    _tasks.clear()
    for arn, tasks in before.items():
        _tasks[arn].extend(tasks)
        for task in tasks:
            redrive.go_on(task)


kept.keep_by(
    "queues/redrive", lambda: {arn: list(tasks) for arn, tasks in _tasks.items()}, _put_back
)


def install() -> None:
    """Give SQS the three operations, which moto has not."""
    moto_patches.provide(
        SQSResponse,
        {
            "start_message_move_task": _start,
            "list_message_move_tasks": _list,
            "cancel_message_move_task": _cancel,
        },
        fixes="lacks the redrive of dead-letter queues",
        upstream="getmoto/moto#10265",
    )


def _existing(arn: str, parameter: str) -> Any:
    queue = redrive.queue_of(arn)
    if queue is None:
        message = f"The resource that you specified for the {parameter} parameter doesn't exist."
        raise NotFound(message)
    return queue


def _number(value: Any, name: str, most: int) -> int | None:
    if value is not None and not 1 <= int(value) <= most:
        raise InvalidParameterValue(
            f"Value {value} for parameter {name} is invalid. Reason: Must be between 1 and {most}."
        )
    return None if value is None else int(value)


def _start(self: SQSResponse) -> ActionResult:
    arn, destination = self._get_param("SourceArn"), self._get_param("DestinationArn")
    name = "MaxNumberOfMessagesPerSecond"
    rate = _number(self._get_param(name), name, MOST_PER_SECOND)
    source = _existing(arn, "SourceArn")
    if not self.sqs_backend.list_dead_letter_source_queues(source.name):
        raise InvalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
    if destination:
        _demand_fitting(source, _existing(destination, "DestinationArn"))
    if any(task.status == redrive.RUNNING for task in _tasks[arn]):
        raise InvalidParameterValue(
            "There is already a task running. Only one active task is allowed for a source queue "
            "arn at a given time."
        )
    task = redrive.start(source, destination, rate)
    _tasks[arn].appendleft(task)
    return ActionResult({"TaskHandle": task.handle})


def _demand_fitting(source: Any, destination: Any) -> None:
    if source.fifo_queue != destination.fifo_queue:
        raise SQSException(
            "UnsupportedOperation",
            f"{source.name} and {destination.name} must be of one type, FIFO or standard.",
        )


def _list(self: SQSResponse) -> ActionResult:
    arn = self._get_param("SourceArn")
    _existing(arn, "SourceArn")
    most = _number(self._get_param("MaxResults"), "MaxResults", MOST_TASKS) or 1
    return ActionResult({"Results": [task.described() for task in list(_tasks[arn])[:most]]})


def _cancel(self: SQSResponse) -> ActionResult:
    handle = self._get_param("TaskHandle")
    try:
        source = task_handles.source_of(handle)
    except task_handles.NotAHandle as error:
        raise InvalidParameterValue("Value for parameter TaskHandle is invalid.") from error
    _existing(source, "SourceArn")
    task = next((each for each in _tasks[source] if each.handle == handle), None)
    if task is None:
        raise NotFound("Task does not exist.")
    if task.status != redrive.RUNNING:
        raise SQSException("UnsupportedOperation", f"The task is {task.status}, not running.")
    task.status = "CANCELLED"
    return ActionResult({"ApproximateNumberOfMessagesMoved": task.moved})
