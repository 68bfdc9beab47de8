"""Is anything lost or done twice when `watch` crashes at any of its calls?"""

from __future__ import annotations

import boto3
import pytest

import aws
from aws import specs
from factory.events.incident import DriftDetected
from tests.lambdas.breaking import Broken
from tests.lambdas.watch.conftest import AGED, findings, measured

CALLED = [
    *((aws, name) for name in ("s3_get", "s3_put", "table_get", "table_get_many", "table_put")),
    *((aws, name) for name in ("table_commit", "alarm_put", "emit", "metric_put")),
    *((specs, name) for name in ("index_get", "s3_get")),
]
CALLS = 13  # more than a run makes, so that the last one breaks nothing


def state():
    """Return all that a run leaves behind, except how often the metric was published."""
    items = {i["pk"]["S"]: i for i in boto3.client("dynamodb").scan(TableName="windows")["Items"]}
    for item in items.values():
        item.pop("expires", None)
    alarms = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return items, findings(), [alarm["AlarmName"] for alarm in alarms], measured()[-1:]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_crash_anywhere_loses_nothing_and_doubles_nothing(
    watch, traffic, bus, monkeypatch, number, after
):
    watch(traffic.write(AGED))
    envelope = traffic.write(AGED)
    with monkeypatch.context() as patch:
        broken = Broken(patch, CALLED, number, after=after)
        failed = watch(envelope)["batchItemFailures"]
    assert bool(failed) == (broken.calls >= number)
    assert watch(envelope) == {"batchItemFailures": []}
    items, found, alarms, last = state()
    assert [f["breached"] for f in found.values()] == [False, True]
    assert [f["window"]["rows"] for f in found.values()] == [200, 200]
    assert (alarms, last) == (["mw-dev-income/drift"], [1])
    assert {(e["detail-type"], e["detail"]["key"]) for e in bus()} == {
        (DriftDetected.TYPE, list(found.values())[-1]["episode"])
    }
    assert all(
        i["pending"] == {"NULL": True} for name, i in items.items() if name.startswith("file|")
    )
    assert items["model|income"]["revision"] == {"N": "2"}


def test_the_crash_test_reaches_every_call(watch, traffic, monkeypatch):
    watch(traffic.write(AGED))
    with monkeypatch.context() as patch:
        broken = Broken(patch, CALLED, 0, after=False)
        watch(traffic.write(AGED))
    assert broken.calls < CALLS
