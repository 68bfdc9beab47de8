"""Are requests counted per period, and assigned to the version that served them?"""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from aws import calling_as
from factory.events.model import DeploymentFailed, ModelDeployed, ModelPromoted
from report import traffic
from tests.report.test_history import event, ledger

NOW = datetime.now(UTC).replace(second=0, microsecond=0)


def ago(minutes):
    return (NOW - timedelta(minutes=minutes)).isoformat()


def at(kind, version, minutes):
    return event(kind, f"model/m/{version}") | {"time": ago(minutes)}


@pytest.fixture
def aws():
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), calling_as(session):
        yield session


def record(aws, metric, minutes, number):
    dimensions = {"EndpointName": "mw-dev-m", "VariantName": "live"}
    aws.client("cloudwatch").put_metric_data(
        Namespace="AWS/SageMaker",
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions.items()],
                "Timestamp": NOW - timedelta(minutes=minutes),
                "Value": number,
            }
        ],
    )


def test_without_an_endpoint_there_is_no_traffic(aws):
    assert traffic.of("mw-dev-m", ledger(), NOW) is None


def test_each_deployment_ends_the_previous_one(aws):
    events = ledger(at(ModelDeployed.TYPE, 1, 30), at(ModelDeployed.TYPE, 2, 20))
    found = traffic.of("mw-dev-m", events, NOW)["spans"]
    assert [(s["version"], s["start"], s["end"]) for s in found] == [
        (1, ago(30), ago(20)),
        (2, ago(20), NOW.isoformat()),
    ]


def test_a_rolled_back_update_lasts_from_its_promotion(aws):
    events = ledger(
        at(ModelDeployed.TYPE, 1, 30),
        at(ModelPromoted.TYPE, 2, 20),
        at(DeploymentFailed.TYPE, 2, 15),
    )
    found = traffic.of("mw-dev-m", events, NOW)
    assert [(s["version"], s["start"], s["end"]) for s in found["failures"]] == [
        (2, ago(20), ago(15))
    ]
    assert [s["version"] for s in found["spans"]] == [1]


def test_requests_that_neither_failed_nor_were_refused_are_answered(aws):
    for metric, number in (
        ("Invocations", 10),
        ("Invocation4XXErrors", 2),
        ("Invocation5XXErrors", 1),
    ):
        record(aws, metric, 5, number)
    found = traffic.of("mw-dev-m", ledger(at(ModelDeployed.TYPE, 1, 8)), NOW)
    (point,) = [p for p in found["points"] if p["answered"]]
    assert (point["answered"], point["refused"], point["failed"]) == (7, 2, 1)
    assert point["at"] == ago(5)


def test_a_long_history_has_longer_periods_and_loses_no_request(aws):
    for hours in range(1, 20):
        record(aws, "Invocations", 60 * hours, 1)
    found = traffic.of("mw-dev-m", ledger(at(ModelDeployed.TYPE, 1, 60 * 20)), NOW)
    assert found["seconds"] == 25 * 60
    assert len(found["points"]) <= traffic.PERIODS + 2
    assert sum(p["answered"] for p in found["points"]) == 19


def test_a_time_without_a_zone_is_utc():
    assert traffic.parse_time("2026-01-01T00:00:00") == traffic.parse_time("2026-01-01T00:00:00Z")
