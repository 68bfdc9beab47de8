"""How are metrics published, and alarms set on them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws.calls import client, translated


def metric_put(namespace: str, name: str, value: float, **dimensions: str) -> None:
    """Publish one value of a metric of the factory's own, in a stage's *namespace*."""
    datum = {"MetricName": name, "Value": value, "Dimensions": dimensions_of(dimensions)}
    with translated(f"{namespace} {name}"):
        client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


def dimensions_of(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    """Return dimensions in the form that CloudWatch takes."""
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def alarm_put(name: str, **settings: Any) -> None:
    """Create or replace an alarm; *settings* are PutMetricAlarm's."""
    with translated(name):
        client("cloudwatch").put_metric_alarm(AlarmName=name, **settings)


def alarms_below(prefix: str) -> dict[str, dict[str, Any]]:
    """Return the settings of the alarms whose names begin with *prefix*, by name."""
    pages = client("cloudwatch").get_paginator("describe_alarms")
    with translated(prefix):
        found = pages.paginate(AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm"])
        return {a["AlarmName"]: dict(a) for page in found for a in page["MetricAlarms"]}


def alarms_named(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the settings of those of the alarms that are there, 100 at most, by name."""
    with translated(", ".join(names)):
        found = client("cloudwatch").describe_alarms(
            AlarmNames=list(names), AlarmTypes=["MetricAlarm"]
        )
    return {alarm["AlarmName"]: dict(alarm) for alarm in found["MetricAlarms"]}


def alarms_delete(names: Sequence[str]) -> None:
    """Delete alarms, 100 at most; those that are gone already do no harm."""
    with translated(", ".join(names)):
        client("cloudwatch").delete_alarms(AlarmNames=list(names))
