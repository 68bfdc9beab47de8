"""In which words does CloudWatch say why an alarm has changed its state?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud import clock
from localcloud.alarms import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moto.cloudwatch.models import Alarm

    from localcloud.alarms.rules import Slot

_WORDS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_TREATED = {"breaching": "Breaching", "notBreaching": "NonBreaching"}


def state_reason(alarm: Alarm, slots: Sequence[Slot], state: str) -> str:
    """Return the reason for the new *state*."""
    periods = int(alarm.evaluation_periods)
    used = _used(alarm, slots)
    if not used:
        return _without_data(alarm, periods, state)
    alarming = state == "ALARM"
    counted = [slot for slot in used if rules.breaches(alarm, _value(slot)) == alarming]
    if not counted:
        return f"Threshold Crossed: {_treated(alarm, periods - len(used))}."
    listed = ", ".join(f"{_value(slot)} ({_short(slot.start)})" for slot in reversed(counted))
    minimum = rules.needed(alarm) if alarming else periods - rules.needed(alarm) + 1
    change = "OK -> ALARM" if alarming else "ALARM -> OK"
    verb = ("was" if len(counted) == 1 else "were") + ("" if alarming else " not")
    return (
        f"Threshold Crossed: {len(counted)} out of the last {periods} datapoints [{listed}] {verb} "
        f"{_WORDS[alarm.comparison_operator]} the threshold ({float(alarm.threshold)}) "
        f"(minimum {_many(minimum, 'datapoint')} for {change} transition)."
    )


def _without_data(alarm: Alarm, periods: int, state: str) -> str:
    if state == "INSUFFICIENT_DATA":
        verb = "was" if periods == 1 else "were"
        return f"Insufficient Data: {_many(periods, 'datapoint')} {verb} unknown."
    received = f"no datapoints were received for {_many(periods, 'period')}"
    return f"Threshold Crossed: {received} and {_treated(alarm, periods)}."


def _treated(alarm: Alarm, missing: int) -> str:
    verb = "was" if missing == 1 else "were"
    what = _TREATED[rules.treatment(alarm)]
    return f"{_many(missing, 'missing datapoint')} {verb} treated as [{what}]"


def data(alarm: Alarm, slots: Sequence[Slot]) -> dict[str, Any]:
    """Return the same for machines, as ``StateReasonData``."""
    used = _used(alarm, slots)
    start = {"startDate": written(used[0].start)} if used else {}
    return {
        "version": "1.0",
        "queryDate": written(clock.now()),
        **start,
        "statistic": alarm.extended_statistic or alarm.statistic,
        "period": int(alarm.period),
        "recentDatapoints": [slot.value for slot in used],
        "threshold": float(alarm.threshold),
        "evaluatedDatapoints": [
            {"timestamp": written(slot.start), "value": slot.value} for slot in reversed(used)
        ],
    }


def written(seconds: float) -> str:
    """Write a time as CloudWatch does in its events."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def _used(alarm: Alarm, slots: Sequence[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.value is not None][-int(alarm.evaluation_periods) :]


def _value(slot: Slot) -> float:
    assert slot.value is not None  # noqa: S101 - only slots with a value are listed
    return float(slot.value)


def _short(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d/%m/%y %H:%M:%S")


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
