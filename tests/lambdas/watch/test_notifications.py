"""Who learns of drift, and how often?"""

from __future__ import annotations

import boto3

import aws
from factory.errors import ServiceError
from factory.events.incident import DriftDetected, DriftEnded
from tests.lambdas.watch.conftest import (
    AGED,
    CONFIG,
    LIKE,
    findings,
    known,
    measured,
    promote,
)


def test_drift_in_two_of_three_windows_is_reported_once_and_so_is_its_end(watch, traffic, bus):
    for rows in (AGED, LIKE, AGED, AGED, LIKE, LIKE, LIKE):
        watch(traffic.write(rows))
    assert measured() == [0, 0, 1, 1, 1, 0, 0]
    begun, ended = bus()
    assert (begun["detail-type"], ended["detail-type"]) == (DriftDetected.TYPE, DriftEnded.TYPE)
    body = begun["detail"]
    assert (body["subject"], body["actor"]) == ("model/income", "function/watch")
    assert body["reason"] == (
        "200 rows from 2026-11-12T00:03:00Z to 2026-11-12T00:03:00Z: "
        "age drifted from what version 1 learned"
    )
    assert body["detail"]["finding"] == f"s3://findings/findings/income/{CONFIG}/000003.json"
    assert set(body["detail"]["columns"]) == {"age"}
    assert body["detail"]["columns"]["age"]["since"] == "2026-11-12T00:01:00Z"
    assert body["key"] == ended["detail"]["key"] == "2026-11-12T00:01:00Z"


def test_the_alarm_is_made_at_the_first_window_and_again_for_another_configuration(watch, traffic):
    client = boto3.client("cloudwatch")
    watch(traffic.write(LIKE))
    (alarm,) = client.describe_alarms()["MetricAlarms"]
    assert alarm["AlarmName"] == "mw-dev-income/drift"
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Modelworks/dev", "Drift")
    assert alarm["Dimensions"] == [{"Name": "Model", "Value": "income"}]
    assert (alarm["Statistic"], alarm["Period"], alarm["Threshold"]) == ("Maximum", 60, 1)
    assert (alarm["TreatMissingData"], alarm["AlarmActions"]) == ("ignore", [])
    client.delete_alarms(AlarmNames=[alarm["AlarmName"]])
    watch(traffic.write(LIKE))
    assert client.describe_alarms()["MetricAlarms"] == []
    promote("mw-dev-income-v2-ffffffff")
    watch(traffic.write(LIKE, config="mw-dev-income-v2-ffffffff"))
    assert len(client.describe_alarms()["MetricAlarms"]) == 1


def test_a_file_that_comes_again_is_counted_once_and_reported_once(watch, traffic, bus):
    envelopes = [traffic.write(rows) for rows in (AGED, AGED)]
    watch(*envelopes, *envelopes)
    before = boto3.client("dynamodb").scan(TableName="windows")["Items"]
    watch(*envelopes)
    assert boto3.client("dynamodb").scan(TableName="windows")["Items"] == before
    assert measured() == [0, 1]
    assert [e["detail-type"] for e in bus()] == [DriftDetected.TYPE]
    assert len(findings()) == 2


def test_a_late_redelivery_does_not_bring_back_what_is_over(watch, traffic, monkeypatch):
    watch(traffic.write(AGED))
    late = traffic.write(AGED)
    with monkeypatch.context() as patch:
        patch.setattr(aws, "metric_put", _fails)
        watch(late)
    watch(traffic.write(LIKE), traffic.write(LIKE))
    watch(late)
    assert known()["breached"] is False
    assert measured()[-1] == 0


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")
