"""What does CloudWatch learn of a queue?

AWS measures every queue each minute, also an empty one, until nobody used it for six hours. Here
a queue is measured when the number of its messages has changed, and for the minutes since then
when somebody asks; of one that stays empty nothing is told.
"""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.sqs.models import sqs_backends

from localcloud import clock, reactor, sessions
from localcloud.alarms import datapoints

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACE = "AWS/SQS"
PERIOD = 60
MOST_PERIODS = 15
"""So many minutes are told of at most, where the clock was moved on over more of them."""
_UNITS = {"ApproximateAgeOfOldestMessage": "Seconds"}

_lock = threading.Lock()

State = dict[str, float]
_told: dict[str, tuple[int, State]] = {}
"""By queue: the minute in which it was measured last, and what it was like then."""


def install() -> None:
    """Measure what has changed whenever the cloud is at rest, and the minutes gone by on demand."""
    datapoints.steady[NAMESPACE] = _tell_all
    reactor.on_settle(_look)
    reactor.watch(_look)


def _look() -> None:
    """Let those queues be measured that have changed."""
    if any(_has_changed(queue) for queue in _queues()):
        reactor.submit("measure queues", _tell_changed)


def _queues() -> list[Any]:
    return list(sqs_backends[sessions.ACCOUNT][sessions.REGION].queues.values())


def _minute() -> int:
    return math.floor(clock.now() / PERIOD)


def _state(queue: Any) -> State:
    messages = list(queue._messages)
    in_flight = sum(1 for message in messages if not message.visible)
    delayed = sum(1 for message in messages if message.delayed)
    return {
        "ApproximateNumberOfMessagesVisible": len(messages) - in_flight - delayed,
        "ApproximateNumberOfMessagesNotVisible": in_flight,
        "ApproximateNumberOfMessagesDelayed": delayed,
    }


def _has_changed(queue: Any) -> bool:
    now = _state(queue)
    return now != _told.get(queue.queue_arn, (0, dict.fromkeys(now, 0)))[1]


def _is_behind(queue: Any) -> bool:
    """Tell whether a queue with messages was not measured in this minute yet."""
    minute, before = _told.get(queue.queue_arn, (0, {}))
    return any(before.values()) and minute != _minute()


def _tell_changed() -> None:
    _tell(_has_changed)


def _tell_all() -> None:
    _tell(lambda queue: _has_changed(queue) or _is_behind(queue))


def _tell(is_news: Callable[[Any], bool]) -> None:
    backend = cloudwatch_backends[sessions.ACCOUNT][sessions.REGION]
    with _lock:
        for queue in filter(is_news, _queues()):
            backend.put_metric_data(NAMESPACE, _data(queue))


def _data(queue: Any) -> list[dict[str, Any]]:
    """Spell what the queue is like now, and was like in the minutes that were passed over."""
    last, before = _told.get(queue.queue_arn, (_minute(), {}))
    minute, now = _minute(), _state(queue)
    _told[queue.queue_arn] = (minute, now)
    passed = range(max(last + 1, minute - MOST_PERIODS), minute) if any(before.values()) else ()
    data = [each for number in passed for each in _datums(queue, before, number * PERIOD)]
    return [*data, *_datums(queue, now, clock.now())]


def _datums(queue: Any, state: State, when: float) -> list[dict[str, Any]]:
    sent = [message.sent_timestamp / 1000 for message in list(queue._messages)]
    age = max(0.0, when - min(sent)) if sent else 0.0
    moment = datetime.fromtimestamp(when, UTC).replace(tzinfo=None)  # as moto keeps it
    return [
        {
            "MetricName": name,
            "Value": value,
            "Unit": _UNITS.get(name, "Count"),
            "Timestamp": moment,
            "Dimensions": [{"Name": "QueueName", "Value": queue.name}],
        }
        for name, value in {**state, "ApproximateAgeOfOldestMessage": age}.items()
    ]
