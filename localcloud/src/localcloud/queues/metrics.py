"""What does CloudWatch learn about a queue?

AWS measures every queue each minute, also an empty one, until nobody used it for six hours. Here
a queue is measured when the number of its messages has changed, and for the minutes since then
when somebody asks; one that stays empty is not measured.
"""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.sqs.models import sqs_backends

from localcloud import clock, own_metrics, places, reactor
from localcloud.alarms import datapoints
from localcloud.state import kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.alarms.datapoints import Pairs

NAMESPACE = "AWS/SQS"
PERIOD = 60
MOST_PERIODS = 15
"""At most so many minutes are measured when the clock was moved over more of them."""
METRICS = frozenset(
    {
        "ApproximateAgeOfOldestMessage",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesVisible",
    }
)
_UNITS = {"ApproximateAgeOfOldestMessage": "Seconds"}

_lock = threading.Lock()

State = dict[str, float]
_measured: dict[str, tuple[int, State]] = {}
"""By queue: the minute in which it was measured last, and what it was like then."""
kept.keep("queues/measured", _measured)


def install() -> None:
    """Measure what has changed whenever the cloud is at rest, and the minutes gone by on demand."""
    datapoints.steady[NAMESPACE] = _measure_named
    own_metrics.measured[NAMESPACE] = METRICS
    reactor.on_settle(_schedule)
    reactor.watch(_schedule)


def _schedule() -> None:
    """Let those queues be measured that have changed."""
    if any(_has_changed(queue) for queue in _queues()):
        reactor.submit("measure queues", _measure_changed)


def _queues() -> list[Any]:
    """Return the queues of all accounts and regions."""
    backends = places.stores(sqs_backends)
    return [queue for backend in backends for queue in list(backend.queues.values())]


def _minute() -> int:
    return math.floor(clock.now() / PERIOD)


def _state(queue: Any) -> State:
    messages, now = list(queue._messages), clock.now() * 1000  # read once, not for each message
    in_flight = sum(1 for message in messages if now <= message.visible_at)
    delayed = sum(1 for message in messages if now < message.delayed_until)
    return {
        "ApproximateNumberOfMessagesVisible": len(messages) - in_flight - delayed,
        "ApproximateNumberOfMessagesNotVisible": in_flight,
        "ApproximateNumberOfMessagesDelayed": delayed,
    }


def _has_changed(queue: Any) -> bool:
    if not queue._messages and queue.queue_arn not in _measured:
        return False
    now = _state(queue)
    return now != _measured.get(queue.queue_arn, (0, dict.fromkeys(now, 0)))[1]


def _is_behind(queue: Any, now: int) -> bool:
    """Tell whether a queue with messages was not measured in the minute *now* yet."""
    minute, before = _measured.get(queue.queue_arn, (0, {}))
    return minute != now and any(before.values())


def _measure_changed() -> None:
    _measure(_has_changed)


def _measure_named(dimensions: Pairs) -> None:
    """Measure the queues with the name that *dimensions* give: one in each account and region."""
    name, now = dict(dimensions).get("QueueName"), _minute()
    _measure(lambda queue: queue.name == name and (_is_behind(queue, now) or _has_changed(queue)))


def _measure(is_due: Callable[[Any], bool]) -> None:
    with _lock:
        for queue in filter(is_due, _queues()):
            place = places.of(queue.queue_arn)
            backend = cloudwatch_backends[place.account][place.region]
            backend.put_metric_data(NAMESPACE, _data(queue))


def _data(queue: Any) -> list[dict[str, Any]]:
    """Return data of the queue as it is now, and as it was in the minutes passed over."""
    last, before = _measured.get(queue.queue_arn, (_minute(), {}))
    minute, now = _minute(), _state(queue)
    _measured[queue.queue_arn] = (minute, now)
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
