"""Which state does an alarm have now, and when is that to be asked again?"""

from __future__ import annotations

import json
import math
import operator
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import CloudWatchBackend

from localcloud import clock, mending, reactor
from localcloud.alarms.datapoints import recent

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.cloudwatch.models import Alarm

    from localcloud.timers import Timer

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_MISSING = {"breaching": "ALARM", "notBreaching": "OK", "ignore": None}
_timers: dict[str, Timer] = {}


def install() -> None:
    """Evaluate when an alarm is put, when values arrive and at the end of each period."""
    mending.wrap(CloudWatchBackend, "put_metric_alarm", _alarm_put)
    mending.wrap(CloudWatchBackend, "put_metric_data", _data_put)


def _alarm_put(put_metric_alarm: Any) -> Any:
    def put(self: CloudWatchBackend, name: str, *args: Any, **kwargs: Any) -> Alarm:
        before = self.alarms.get(name)
        alarm = put_metric_alarm(self, name, *args, **kwargs)
        alarm.state_value = before.state_value if before else "INSUFFICIENT_DATA"
        _soon(self, alarm)
        return alarm

    return put


def _data_put(put_metric_data: Any) -> Any:
    def put(self: CloudWatchBackend, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        put_metric_data(self, namespace, metric_data)
        names = {item["MetricName"] for item in metric_data}
        for alarm in list(self.alarms.values()):
            if alarm.namespace == namespace and alarm.metric_name in names:
                _soon(self, alarm)

    return put


def _soon(backend: CloudWatchBackend, alarm: Alarm) -> None:
    reactor.submit(f"evaluate alarm {alarm.name}", lambda: _evaluate(backend, alarm))


def _evaluate(backend: CloudWatchBackend, alarm: Alarm) -> None:
    """Set the alarm's state and ask again at the period's end, as long as it has values."""
    timer = _timers.pop(alarm.name, None)
    if timer:
        timer.cancel()
    if backend.alarms.get(alarm.name) is not alarm or not alarm.metric_name:
        return
    values = recent(backend, alarm, clock.now())
    wanted = state_of(alarm, values)
    if wanted and wanted != alarm.state_value:
        reason = f"Threshold Crossed: {values} against the threshold ({alarm.threshold})."
        data = {"version": "1.0", "recentDatapoints": values, "threshold": alarm.threshold}
        backend.set_alarm_state(alarm.name, reason, json.dumps(data), wanted)
    if values:
        due = (math.floor(clock.now() / alarm.period) + 1) * alarm.period
        _timers[alarm.name] = reactor.at(
            due, f"period of alarm {alarm.name}", lambda: _evaluate(backend, alarm)
        )


def state_of(alarm: Alarm, values: list[float]) -> str | None:
    """Return the state the values give the alarm, None to keep the one it has.

    With fewer values than evaluation periods, ``TreatMissingData`` says what the others count as.
    """
    periods = int(alarm.evaluation_periods)
    needed = int(alarm.datapoints_to_alarm or periods)
    treatment = alarm.treat_missing_data or "missing"
    if not values:
        return _MISSING.get(treatment, "INSUFFICIENT_DATA")
    used = values[-periods:]
    missing = periods - len(used)
    breaches = _OPERATORS[alarm.comparison_operator]
    bad = sum(breaches(value, alarm.threshold) for value in used)
    good = len(used) - bad
    bad += missing if treatment == "breaching" else 0
    good += missing if treatment == "notBreaching" else 0
    if bad >= needed:
        return "ALARM"
    return "OK" if good > periods - needed or not bad else None
