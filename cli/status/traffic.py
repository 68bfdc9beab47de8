"""What was an endpoint asked in the last day, and how did it answer?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cli import cloud

VARIANT = "live"
PERIOD = 300  # seconds; 288 of them are a day, and GetMetricStatistics gives 1,440 points
METRICS = {
    "requests": "Invocations",
    "refused": "Invocation4XXErrors",
    "failed": "Invocation5XXErrors",
}


def of(aws: Any, endpoint: str) -> dict[str, int]:
    """Return how many requests there were in 24 hours, were refused (4xx) and failed (5xx)."""
    cloudwatch = aws.client("cloudwatch")
    with cloud.told(f"measuring the traffic of {endpoint}"):
        until = cloud.now(aws)
        return {word: _sum(cloudwatch, endpoint, metric, until) for word, metric in METRICS.items()}


def _sum(cloudwatch: Any, endpoint: str, metric: str, until: datetime) -> int:
    answer = cloudwatch.get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": VARIANT},
        ],
        StartTime=until - timedelta(days=1),
        EndTime=until + timedelta(seconds=PERIOD),
        Period=PERIOD,
        Statistics=["Sum"],
    )
    return int(sum(point["Sum"] for point in answer["Datapoints"]))
