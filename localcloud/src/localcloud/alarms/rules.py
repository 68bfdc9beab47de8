"""Which state do an alarm's values give it?"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from moto.cloudwatch.models import Alarm

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_WITHOUT_DATA = {"breaching": "ALARM", "notBreaching": "OK", "ignore": None}


@dataclass(frozen=True)
class Slot:
    """One period of an alarm's evaluation range."""

    start: float
    """In seconds since 1970."""
    value: float | None
    """None where nothing was measured."""


def breaches(alarm: Alarm, value: float) -> bool:
    """Whether a value is on the alarm's side of the threshold."""
    return OPERATORS[alarm.comparison_operator](value, alarm.threshold)


def needed(alarm: Alarm) -> int:
    """Return how many datapoints have to breach."""
    return int(alarm.datapoints_to_alarm or alarm.evaluation_periods)


def treatment(alarm: Alarm) -> str:
    """Return what missing datapoints count as."""
    return str(alarm.treat_missing_data or "missing")


def state_of(alarm: Alarm, values: Sequence[float | None]) -> str | None:
    """Return the state the values (oldest first) give the alarm, None to keep the one it has.

    The latest values there are count; only where they are fewer than the evaluation periods
    does ``TreatMissingData`` say what the others are. After "How alarm state is evaluated when
    data is missing" in CloudWatch's user guide.
    """
    periods = int(alarm.evaluation_periods)
    used = [value for value in values if value is not None][-periods:]
    if not used:
        return _WITHOUT_DATA.get(treatment(alarm), "INSUFFICIENT_DATA")
    bad = sum(breaches(alarm, value) for value in used)
    missing = periods - len(used) if treatment(alarm) == "breaching" else 0
    if bad + missing >= needed(alarm):
        return "ALARM"
    if bad < len(used) or len(used) == periods or treatment(alarm) == "notBreaching":
        return "OK"
    return _of_few_that_breach(alarm, values)


def _of_few_that_breach(alarm: Alarm, values: Sequence[float | None]) -> str | None:
    """Decide by the age of the first: whether a value that comes could still prevent the alarm."""
    first = next(place for place, value in enumerate(values) if value is not None)
    old_enough = len(values) - first >= needed(alarm)
    return "ALARM" if old_enough and treatment(alarm) == "missing" else None
