"""Which state does an alarm have now, and when is that to be asked again?"""

from __future__ import annotations

import json
import math
import threading
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from localcloud import clock, moto_patches, places, reactor
from localcloud.alarms import reasons, rules
from localcloud.alarms.datapoints import Metric, pairs, refresh, steady, summaries
from localcloud.alarms.rules import Slot
from localcloud.state import kept

if TYPE_CHECKING:
    from moto.cloudwatch.models import Alarm

    from localcloud.timers import Timer

EXTRA_PERIODS = 2
"""AWS looks further back than asked: its documentation's examples have 5 points for 3 periods."""
_timers: dict[str, Timer] = {}
"""By the ARN of an alarm."""
_queued: set[str] = set()
"""The ARNs of the alarms that wait for their turn to be evaluated."""
_lock = threading.Lock()


def install() -> None:
    """Evaluate when an alarm is put, when values arrive and at the end of each period."""
    moto_patches.wrap(
        CloudWatchBackend,
        "put_metric_alarm",
        _alarm_put,
        fixes="gives a new alarm the state OK and never evaluates one",
        upstream="policy: alarms are evaluated on the cloud's own clock",
    )
    moto_patches.wrap(
        CloudWatchBackend,
        "put_metric_data",
        _data_put,
        fixes="evaluates no alarm when values arrive",
        upstream="policy: alarms are evaluated on the cloud's own clock",
    )


def _resume() -> None:
    """Evaluate every alarm that was there before the cloud was started again."""
    for backend in places.stores(cloudwatch_backends):
        for alarm in list(backend.alarms.values()):
            _soon(backend, alarm)


kept.on_restored(_resume)


def _alarm_put(put_metric_alarm: Any) -> Any:
    def put(self: CloudWatchBackend, name: str, *args: Any, **kwargs: Any) -> Alarm:
        """Put the alarm; one that is there keeps its state, a new one has no data yet."""
        before = self.alarms.get(name)
        alarm: Any = put_metric_alarm(self, name, *args, **kwargs)
        alarm.state_value, alarm.state_reason_data = "INSUFFICIENT_DATA", None
        for part in ("value", "reason", "reason_data", "updated_timestamp") if before else ():
            setattr(alarm, f"state_{part}", getattr(before, f"state_{part}"))
        _soon(self, alarm)
        return alarm

    return put


def _data_put(put_metric_data: Any) -> Any:
    def put(self: CloudWatchBackend, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        put_metric_data(self, namespace, metric_data)
        found = {(item["MetricName"], pairs(item.get("Dimensions") or ())) for item in metric_data}
        for alarm in list(self.alarms.values()):
            about = alarm.metric_name, pairs(alarm.dimensions)
            if alarm.namespace == namespace and about in found:
                _soon(self, alarm)

    return put


def _soon(backend: CloudWatchBackend, alarm: Alarm) -> None:
    """Let the alarm be evaluated in its turn; once is enough for all that came before that."""
    arn = str(alarm.alarm_arn)
    with _lock:
        if arn in _queued:
            return
        _queued.add(arn)

    def evaluate() -> None:
        with _lock:
            _queued.discard(arn)
        _evaluate(backend, alarm.name)

    reactor.submit(f"evaluate alarm {alarm.name}", places.bound(evaluate, places.of(arn)))


def _evaluate(backend: CloudWatchBackend, name: str) -> None:
    """Set the alarm's state and ask again at the period's end, if it can be another then."""
    if (alarm := backend.alarms.get(name)) is None:
        return
    timer = _timers.pop(str(alarm.alarm_arn), None)
    if timer:
        timer.cancel()
    refresh(alarm.namespace, pairs(alarm.dimensions))
    slots = evaluated(backend, alarm, clock.now())
    wanted = rules.state_of(alarm, [slot.value for slot in slots])
    if wanted and wanted != alarm.state_value:
        reason, data = reasons.state_reason(alarm, slots, wanted), reasons.data(alarm, slots)
        backend.set_alarm_state(alarm.name, reason, json.dumps(data), wanted)
    if _can_change(alarm, slots):
        due = (math.floor(clock.now() / alarm.period) + 1) * alarm.period
        _timers[str(alarm.alarm_arn)] = reactor.at(
            due, f"period of alarm {alarm.name}", lambda: _evaluate(backend, name)
        )


def _can_change(alarm: Alarm, slots: list[Slot]) -> bool:
    """Tell whether the state can become another as time passes and nothing else happens."""
    values = {slot.value for slot in slots}
    lasting = alarm.namespace in steady and len(values) == 1
    return values != {None} and not lasting


def evaluated(backend: CloudWatchBackend, alarm: Alarm, now: float) -> list[Slot]:
    """Return the periods of the evaluation range, oldest first.

    The period that has not ended yet counts as soon as it has a value.
    """
    period, unit = int(alarm.period), alarm.unit
    metric = Metric(alarm.namespace, alarm.metric_name, pairs(alarm.dimensions), unit)
    found = summaries(backend.metric_data, metric, period)
    current = math.floor(now / period)
    last = current if current in found else current - 1
    first = last - int(alarm.evaluation_periods) - EXTRA_PERIODS + 1
    statistic = alarm.extended_statistic or alarm.statistic
    return [
        Slot(number * period, summary.value(statistic) if summary else None)
        for number in range(first, last + 1)
        for summary in [found.get(number)]
    ]
