"""Which metrics does a log event carry, written in the embedded metric format?

After "Specification: Embedded metric format" in the CloudWatch user guide. An event that is not
written so is a log event like any other.
"""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import LogsBackend

from localcloud import moto_patches

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_METRICS, MOST_VALUES, MOST_DIMENSIONS = 100, 100, 30
_MARK = '"CloudWatchMetrics"'


def install() -> None:
    """Read each event as it arrives."""
    moto_patches.wrap(
        LogsBackend,
        "put_log_events",
        _reading,
        fixes="makes no metrics of events in the embedded metric format",
        upstream=moto_patches.UNREPORTED,
    )


def _reading(put: Any) -> Any:
    def put_events(self: LogsBackend, group: str, stream: str, events: list[dict[str, Any]]) -> Any:
        answer = put(self, group, stream, events)
        for event in events:
            if _MARK in event["message"]:
                _publish(self, event)
        return answer

    return put_events


def _publish(logs: LogsBackend, event: dict[str, Any]) -> None:
    backend = cloudwatch_backends[logs.account_id][logs.region_name]
    for namespace, data in directives(event["message"], event["timestamp"]):
        backend.put_metric_data(namespace, data)


def directives(message: str, timestamp: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each namespace of a log event with its data, as PutMetricData takes them.

    *timestamp*, in milliseconds, is the event's own; the one in its metadata goes before it.
    """
    try:
        root = json.loads(message)
        metadata = root["_aws"]
        moment = datetime.fromtimestamp(int(metadata.get("Timestamp", timestamp)) / 1000, UTC)
        for directive in metadata["CloudWatchMetrics"]:
            data = [*_data(root, directive, moment.replace(tzinfo=None))]
            if data and isinstance(directive["Namespace"], str):
                yield directive["Namespace"], data
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return  # as in AWS: what does not follow the format is text


def _data(
    root: dict[str, Any], directive: dict[str, Any], moment: datetime
) -> Iterator[dict[str, Any]]:
    """Yield a datum for each metric, under each of the directive's sets of dimensions."""
    sets = [_dimensions(root, names) for names in directive.get("Dimensions") or [[]]]
    metrics = directive["Metrics"][:MOST_METRICS]
    for metric, dimensions in itertools.product(metrics, sets):
        values = _values(root.get(metric["Name"]))
        if values and dimensions is not None:
            yield {
                "MetricName": metric["Name"],
                "Unit": metric.get("Unit", "None"),
                "Timestamp": moment,
                "Dimensions": dimensions,
                "Values": values,
            }


def _dimensions(root: dict[str, Any], names: list[str]) -> list[dict[str, str]] | None:
    """Return a set of dimensions; None where one has no value that is a text."""
    if len(names) > MOST_DIMENSIONS or not all(isinstance(root.get(each), str) for each in names):
        return None
    return [{"Name": each, "Value": root[each]} for each in names]


def _values(written: Any) -> list[float]:
    """Return a metric's values: one number, or a list of at most 100."""
    values = written if isinstance(written, list) else [written]
    numbers = [each for each in values if type(each) in (int, float)]
    return numbers if len(numbers) == len(values) <= MOST_VALUES else []
