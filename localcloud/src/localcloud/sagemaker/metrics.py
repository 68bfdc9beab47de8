"""What does CloudWatch learn of an endpoint's requests?"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from localcloud import clock, own_metrics, reactor
from localcloud.places import Place

NAMESPACE = "AWS/SageMaker"
METRICS = frozenset({"Invocation4XXErrors", "Invocation5XXErrors", "Invocations", "ModelLatency"})
PERIOD = 60  # "Metrics are available at a 1-minute frequency" (monitoring-cloudwatch)
_MICROSECONDS = 1e6
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


@dataclass(frozen=True)
class Source:
    """Who answered a request."""

    endpoint: str
    config: str
    variant: str
    place: Place

    def dimensions(self) -> list[list[dict[str, str]]]:
        """Return both sets AWS publishes under: without the configuration, and with it.

        The second tells the fleets of an update apart (deployment-guardrails-configuration).
        """
        both = {"EndpointName": self.endpoint, "VariantName": self.variant}
        sets = (both, {**both, "EndpointConfigName": self.config})
        return [[{"Name": key, "Value": each[key]} for key in each] for each in sets]


@dataclass(frozen=True)
class Sample:
    """One request that a model answered."""

    when: float
    status: int
    seconds: float


class Meter:
    """Requests that CloudWatch does not know yet, by source and minute."""

    def __init__(self) -> None:
        self._samples: dict[tuple[Source, int], list[Sample]] = {}
        self._lock = threading.Lock()
        self._timer = False

    def count(self, source: Source, status: int, seconds: float) -> None:
        """Note that *source* answered with *status* after *seconds*."""
        now = clock.now()
        minute = math.floor(now / PERIOD)
        with self._lock:
            self._samples.setdefault((source, minute), []).append(Sample(now, status, seconds))
            idle, self._timer = not self._timer, True
        if idle:
            reactor.at((minute + 1) * PERIOD, "metrics of endpoints", self._due)

    def submit(self) -> None:
        """Let what is known be published soon."""
        if self._samples:
            reactor.submit("metrics of endpoints", self.flush)

    def flush(self) -> None:
        """Publish what is known; alarms are evaluated after it."""
        with self._lock:
            samples, self._samples = self._samples, {}
        for place in {source.place for source, _ in samples}:
            theirs = [(each, kept) for (each, _), kept in samples.items() if each.place == place]
            backend: Any = cloudwatch_backends[place.account][place.region]
            data = [datum for source, kept in theirs for datum in data_of(source, kept)]
            backend.put_metric_data(NAMESPACE, data)

    def _due(self) -> None:
        with self._lock:
            self._timer = False
        self.flush()


def data_of(source: Source, samples: list[Sample]) -> list[dict[str, Any]]:
    """Spell one source's minute as PutMetricData takes it; names and units are AWS's."""
    when = datetime.fromtimestamp(samples[0].when, UTC).replace(tzinfo=None)  # as moto keeps it
    statuses = [sample.status for sample in samples]
    counts: dict[str, list[int]] = {
        "Invocations": [1] * len(samples),
        "Invocation4XXErrors": [int(_CLIENT_ERROR <= each < _SERVER_ERROR) for each in statuses],
        "Invocation5XXErrors": [int(each >= _SERVER_ERROR) for each in statuses],
    }
    latencies = [sample.seconds * _MICROSECONDS for sample in samples]
    measured: list[dict[str, Any]] = [
        {"MetricName": name, "Unit": "None", "StatisticValues": _statistics(values)}
        for name, values in counts.items()
    ]
    measured.append({"MetricName": "ModelLatency", "Unit": "Microseconds", "Values": latencies})
    return [
        {**each, "Dimensions": dimensions, "Timestamp": when}
        for dimensions in source.dimensions()
        for each in measured
    ]


def _statistics(values: list[int]) -> dict[str, float]:
    return {
        "SampleCount": len(values),
        "Sum": sum(values),
        "Minimum": min(values),
        "Maximum": max(values),
    }


_meter = Meter()
count = _meter.count
flush = _meter.flush


def install() -> None:
    """Publish when the cloud settles, before the minute is over."""
    own_metrics.measured[NAMESPACE] = METRICS
    reactor.on_settle(_meter.submit)
