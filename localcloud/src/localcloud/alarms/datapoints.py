"""Which values has a metric in each period?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Summary:
    """All values of one metric in one period."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.total = 0.0
        self.count = 0.0
        self.low = math.inf
        self.high = -math.inf
        self.unit: str | None = None

    def add(self, datum: Any) -> None:
        """Add one value or one set of statistics, as PutMetricData took it."""
        if hasattr(datum, "value"):
            parts = (datum.value, 1.0, datum.value, datum.value)
        else:
            parts = (datum.sum, datum.sample_count, datum.min, datum.max)
        if parts[2] == parts[3]:  # of other sets CloudWatch, too, knows no percentiles
            self.values += [parts[2]] * round(parts[1])
        self.total += parts[0]
        self.count += parts[1]
        self.low = min(self.low, parts[2])
        self.high = max(self.high, parts[3])
        self.unit = datum.unit

    def value(self, statistic: str) -> float | None:
        """Return ``Sum``, ``Average``, ... or a percentile like ``p99``; None where there is none.

        Raises NotImplementedError for the other statistics that CloudWatch has.
        """
        if statistic in _STATISTICS:
            return _STATISTICS[statistic](self)
        if not statistic.startswith("p"):
            raise NotImplementedError(f"the statistic {statistic}")
        return self._percentile(float(statistic[1:]) / 100) if self.values else None

    def _percentile(self, share: float) -> float:
        """Return the value below which *share* (0 to 1) of the values are, interpolated."""
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

Pairs = frozenset[tuple[str, str]]


steady: dict[str, Callable[[Pairs], None]] = {}
"""By namespace: what brings those of its metrics up to date that have these dimensions, and whose
values last until they change."""


def refresh(namespace: str, dimensions: Pairs) -> None:
    """Measure the metrics of this namespace with these dimensions up to now."""
    if namespace in steady:
        steady[namespace](dimensions)


def pairs(dimensions: Iterable[Any]) -> Pairs:
    """Return dimensions, moto's or an API call's, as a set: their order does not matter."""
    return frozenset(
        (item["Name"], item["Value"]) if isinstance(item, dict) else (item.name, item.value)
        for item in dimensions
    )


@dataclass(frozen=True)
class Metric:
    """One metric: each set of dimensions is another one."""

    namespace: str
    name: str
    dimensions: Pairs
    unit: str | None = None
    """None takes values of every unit."""

    def has(self, datum: Any) -> bool:
        """Whether a value is one of this metric's."""
        return (
            datum.name == self.name
            and datum.namespace == self.namespace
            and pairs(datum.dimensions) == self.dimensions
            and self.unit in (None, datum.unit)
        )


def summaries(
    data: Iterable[Any], metric: Metric, period: int, start: float = 0
) -> Mapping[int, Summary]:
    """Return what was measured in each period, by the period's number counted from *start*."""
    found: dict[int, Summary] = {}
    for datum in data:
        if metric.has(datum):
            number = math.floor((seconds(datum.timestamp) - start) / period)
            found.setdefault(number, Summary()).add(datum)
    return found


def seconds(moment: datetime) -> float:
    """Return a time, which moto may keep without its zone, in seconds since 1970."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
