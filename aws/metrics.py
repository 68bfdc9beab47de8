"""How does a function measure, and set alarms on what was measured?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws.calls import client, told
from factory.layout.names import METRICS


def metric_put(name: str, value: float, **dimensions: str) -> None:
    """Publish one value of a metric of the factory's own."""
    datum = {"MetricName": name, "Value": value, "Dimensions": dimensions_of(dimensions)}
    with told(f"{METRICS} {name}"):
        client("cloudwatch").put_metric_data(Namespace=METRICS, MetricData=[datum])


def dimensions_of(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    """Spell dimensions as CloudWatch does."""
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def alarm_put(name: str, **settings: Any) -> None:
    """Make an alarm, or set it anew; *settings* are PutMetricAlarm's."""
    with told(name):
        client("cloudwatch").put_metric_alarm(AlarmName=name, **settings)


def alarms_below(prefix: str) -> list[str]:
    """Return the names of the alarms that begin with *prefix*."""
    pages = client("cloudwatch").get_paginator("describe_alarms")
    with told(prefix):
        found = pages.paginate(AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm"])
        return [alarm["AlarmName"] for page in found for alarm in page["MetricAlarms"]]


def alarms_delete(names: Sequence[str]) -> None:
    """Delete alarms, 100 at most; those that are gone already do no harm."""
    with told(", ".join(names)):
        client("cloudwatch").delete_alarms(AlarmNames=list(names))
