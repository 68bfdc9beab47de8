"""How often was an endpoint asked, and how did it answer? SageMaker's own metrics."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from aws.calls import client, translated
from aws.metrics import dimensions_of
from factory.serving.guardrails import VARIANT

METRICS = {
    "requests": "Invocations",
    "refused": "Invocation4XXErrors",
    "failed": "Invocation5XXErrors",
}


def traffic(endpoint: str, start: datetime, end: datetime, seconds: int) -> dict[str, Counter[int]]:
    """Return requests, refused (4xx) and failed (5xx) by period of *seconds*, counted from *start*.

    GetMetricStatistics gives 1,440 periods at most, whose seconds are a multiple of 60.
    """
    with translated(f"the traffic of {endpoint}"):
        return {
            word: _sums(endpoint, metric, start, end + timedelta(seconds=seconds), seconds)
            for word, metric in METRICS.items()
        }


def _sums(endpoint: str, metric: str, start: datetime, end: datetime, seconds: int) -> Counter[int]:
    answer = client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=dimensions_of({"EndpointName": endpoint, "VariantName": VARIANT}),
        StartTime=start,
        EndTime=end,
        Period=seconds,
        Statistics=["Sum"],
    )
    found = Counter[int]()
    for point in answer["Datapoints"]:
        found[int((point["Timestamp"] - start).total_seconds()) // seconds] += int(point["Sum"])
    return found
