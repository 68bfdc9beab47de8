"""What does CloudWatch answer to the question for a metric's values?"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moto.cloudwatch.exceptions import InvalidParameterCombination, InvalidParameterValue
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from localcloud import moto_patches
from localcloud.alarms.datapoints import Metric, Summary, pairs, refresh, seconds, summaries

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_DATAPOINTS = 1440
MINUTE = 60


def install() -> None:
    """Answer for one set of dimensions, where moto adds up all that have those asked for."""
    moto_patches.replace(
        CloudWatchResponse,
        "get_metric_statistics",
        _statistics,
        fixes="adds up all metrics that have the dimensions asked for",
        upstream="unreported: what came of getmoto/moto#2662 takes other dimensions in",
    )
    moto_patches.replace(
        CloudWatchBackend,
        "get_metric_data",
        _data,
        fixes="adds up all metrics that have the dimensions asked for",
        upstream="unreported: as get_metric_statistics",
    )
    moto_patches.replace(
        CloudWatchBackend,
        "get_filtered_metrics",
        _distinct,
        fixes="lists a metric once for each of its values",
        upstream=moto_patches.UNREPORTED,
    )


def _found(
    backend: CloudWatchBackend, metric: Metric, period: int, times: tuple[datetime, datetime]
) -> Mapping[float, Summary]:
    """Return what was measured in each period from the first time to before the second.

    Periods are counted from the first time, cut to the minute as CloudWatch does.
    """
    refresh(metric.namespace, metric.dimensions)
    first, end = map(seconds, times)
    start = first - first % min(MINUTE, period)
    data = [each for each in backend.get_all_metrics() if start <= seconds(each.timestamp) < end]
    found = summaries(data, metric, period, start)
    return {start + number * period: found[number] for number in sorted(found)}


def _moment(start: float) -> datetime:
    return datetime.fromtimestamp(start, UTC).replace(tzinfo=None)  # as moto serializes it


def _statistics(self: CloudWatchResponse) -> ActionResult:
    params = self._get_params()
    plain, extended = params.get("Statistics", []), params.get("ExtendedStatistics", [])
    if not plain and not extended:
        raise InvalidParameterCombination("Must specify either Statistics or ExtendedStatistics")
    times, period = (params["StartTime"], params["EndTime"]), int(params["Period"])
    _demand_few(*times, period)
    dimensions = pairs(params.get("Dimensions", []))
    metric = Metric(params["Namespace"], params["MetricName"], dimensions, params.get("Unit"))
    found = _found(self.cloudwatch_backend, metric, period, times)
    points = [_point(start, summary, plain, extended) for start, summary in found.items()]
    return ActionResult({"Label": metric.name, "Datapoints": points})


def _demand_few(start: datetime, end: datetime, period: int) -> None:
    if start >= end:
        raise InvalidParameterValue(
            "The parameter StartTime must be less than the parameter EndTime."
        )
    asked = math.ceil((seconds(end) - seconds(start)) / period)
    if asked > MOST_DATAPOINTS:
        raise InvalidParameterCombination(
            f"You have requested up to {asked:,} datapoints, which exceeds the limit of "
            f"{MOST_DATAPOINTS:,}. You may reduce the datapoints requested by increasing Period, "
            "or decreasing the time range."
        )


def _point(start: float, found: Summary, plain: list[str], extended: list[str]) -> dict[str, Any]:
    point: dict[str, Any] = {"Timestamp": _moment(start), "Unit": found.unit or "None"}
    point |= {name: found.value(name) for name in plain}
    if extended:
        point["ExtendedStatistics"] = {name: found.value(name) for name in extended}
    return point


def _data(
    self: CloudWatchBackend,
    queries: list[dict[str, Any]],
    start_time: datetime,
    end_time: datetime,
    scan_by: str = "TimestampAscending",
) -> list[dict[str, Any]]:
    if start_time >= end_time:
        raise InvalidParameterValue(
            "The parameter StartTime must be less than the parameter EndTime."
        )
    for query in queries:
        if "MetricStat" not in query:
            raise NotImplementedError(f"the expression {query['Expression']!r}: no metric math")
    answers = [_answer(self, query, (start_time, end_time)) for query in queries]
    for answer in answers if scan_by == "TimestampDescending" else ():
        answer["values"].reverse()
        answer["timestamps"].reverse()
    return answers


def _answer(
    backend: CloudWatchBackend, query: dict[str, Any], times: tuple[datetime, datetime]
) -> dict[str, Any]:
    asked = query["MetricStat"]
    named, statistic = asked["Metric"], asked["Stat"]
    dimensions = pairs(named.get("Dimensions", []))
    metric = Metric(named["Namespace"], named["MetricName"], dimensions, asked.get("Unit"))
    found = _found(backend, metric, int(asked["Period"]), times)
    values = {start: summary.value(statistic) for start, summary in found.items()}
    return {
        "id": query["Id"],
        "label": query.get("Label") or metric.name,
        "values": [value for value in values.values() if value is not None],
        "timestamps": [_moment(start) for start, value in values.items() if value is not None],
        "status_code": "Complete",
    }


def _distinct(
    self: CloudWatchBackend,
    metric_name: str,
    namespace: str,
    dimensions: list[dict[str, str]],
) -> list[Any]:
    """Return one datum of each metric for ListMetrics, which moto repeats."""
    found: dict[Metric, Any] = {}
    for datum in self.get_all_metrics():
        if datum.filter(namespace, metric_name, dimensions):
            key = Metric(datum.namespace, datum.name, pairs(datum.dimensions))
            found.setdefault(key, datum)
    return list(found.values())
