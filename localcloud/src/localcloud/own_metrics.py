"""Which of AWS's own metrics does something here measure, and how do they reach CloudWatch?

An alarm on a metric that nothing measures would never fire: it is refused. What is counted is
published whenever the cloud is at rest, one sum for each minute and value.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import cloudwatch_backends

from localcloud import clock, reactor
from localcloud.state import kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PERIOD = 60
measured: dict[str, frozenset[str]] = {}
"""By AWS's own namespace, the metrics that are measured; in every other anybody may."""


def demand_measured(namespace: str, name: str) -> None:
    """Raise NotImplementedError for a metric of AWS's own that nothing here measures."""
    known = measured.get(namespace, frozenset())
    if namespace.startswith("AWS/") and name not in known:
        raise NotImplementedError(
            f"alarms on {namespace} {name}: nothing here measures it; of {namespace} there are: "
            f"{', '.join(sorted(known)) or 'none'}"
        )


@dataclass(frozen=True)
class Source:
    """Of what something is counted: one set of dimensions in a service's namespace."""

    account: str
    region: str
    namespace: str
    dimensions: tuple[tuple[str, str], ...]


_counted: Counter[tuple[Source, int, str, str, float]] = Counter()
"""How often each source had a value: by its minute, the metric's name and unit, and the value."""
kept.keep("metrics/counted", _counted)
_lock = threading.Lock()


def count(sources: Iterable[Source], values: Mapping[str, float], unit: str = "Count") -> None:
    """Count these values, by the names of their metrics, for each of the sources."""
    minute = math.floor(clock.now() / PERIOD)
    with _lock:
        for source in sources:
            for name, value in values.items():
                _counted[source, minute, name, unit, value] += 1


def flush() -> None:
    """Publish what was counted; alarms are evaluated after it."""
    with _lock:
        counted = dict(_counted)
        _counted.clear()
    grouped: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for (source, minute, name, unit, value), times in counted.items():
        datum = _datum(source, minute, (name, unit), value, times)
        key = source.account, source.region, source.namespace
        grouped.setdefault(key, []).append(datum)
    for (account, region, namespace), data in grouped.items():
        cloudwatch_backends[account][region].put_metric_data(namespace, data)


def _datum(
    source: Source, minute: int, metric: tuple[str, str], value: float, times: int
) -> dict[str, Any]:
    """Spell a value that came *times* times in a minute as PutMetricData takes it."""
    moment = datetime.fromtimestamp(minute * PERIOD, UTC)
    statistics = {
        "SampleCount": times,
        "Sum": value * times,
        "Minimum": value,
        "Maximum": value,
    }
    return {
        "MetricName": metric[0],
        "Unit": metric[1],
        "Timestamp": moment.replace(tzinfo=None),  # as moto keeps it
        "Dimensions": [{"Name": key, "Value": text} for key, text in source.dimensions],
        "StatisticValues": statistics,
    }


def _schedule() -> None:
    if _counted:
        reactor.submit("metrics", flush)


def install() -> None:
    """Publish whenever the cloud is at rest."""
    reactor.watch(_schedule)
    reactor.on_settle(_schedule)
