"""Which values does an alarm look at?"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.cloudwatch.models import Alarm, CloudWatchBackend

EXTRA_PERIODS = (
    2  # AWS looks further back than asked when values are missing; how far it keeps open
)


class Summary:
    """All values of one metric in one period."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.total = 0.0
        self.count = 0.0
        self.low = math.inf
        self.high = -math.inf

    def add(self, datum: Any) -> None:
        """Add one value or one set of statistics, as PutMetricData took it."""
        if hasattr(datum, "value"):
            self.values.append(datum.value)
            parts = (datum.value, 1.0, datum.value, datum.value)
        else:
            parts = (datum.sum, datum.sample_count, datum.min, datum.max)
        self.total += parts[0]
        self.count += parts[1]
        self.low = min(self.low, parts[2])
        self.high = max(self.high, parts[3])

    def percentile(self, share: float) -> float:
        """Return the value below which *share* (0 to 1) of the values lie, interpolated."""
        ordered = sorted(self.values)
        place = share * (len(ordered) - 1)
        below = math.floor(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


_STATISTICS: dict[str, Callable[[Summary], float]] = {
    "Sum": lambda found: found.total,
    "Average": lambda found: found.total / found.count,
    "Minimum": lambda found: found.low,
    "Maximum": lambda found: found.high,
    "SampleCount": lambda found: found.count,
}


def recent(backend: CloudWatchBackend, alarm: Alarm, now: float) -> list[float]:
    """Return the values of the evaluation range, oldest first, periods without data left out."""
    period = int(alarm.period)
    last = math.floor(now / period)
    first = last - int(alarm.evaluation_periods) - EXTRA_PERIODS + 1
    summaries: dict[int, Summary] = {}
    for datum in backend.metric_data:
        if _concerns(alarm, datum):
            number = math.floor(_seconds(datum.timestamp) / period)
            if first <= number <= last:
                summaries.setdefault(number, Summary()).add(datum)
    return [_value(alarm, summaries[number]) for number in sorted(summaries)]


def _concerns(alarm: Alarm, datum: Any) -> bool:
    return (
        datum.name == alarm.metric_name
        and datum.namespace == alarm.namespace
        and _pairs(datum) == _pairs(alarm)
        and alarm.unit in (None, datum.unit)
    )


def _pairs(item: Any) -> set[tuple[str, str]]:
    return {(dimension.name, dimension.value) for dimension in item.dimensions}


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _value(alarm: Alarm, summary: Summary) -> float:
    if alarm.extended_statistic:
        return summary.percentile(float(alarm.extended_statistic[1:]) / 100)
    return _STATISTICS[alarm.statistic](summary)
