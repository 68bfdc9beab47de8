"""Does traffic like training leave all quiet, and is drift noticed, told, acted on and over?"""

import json
import re

import pytest

import aws
from aws.snapshots import advance
from demo import notifications, traffic
from demo.traffic import SHIFTED_COLUMNS
from factory.events.incident import DriftDetected, IncidentClosed, IncidentOpened
from factory.events.people import ModelApproved
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    RetrainingRequested,
    TrainingRefused,
    TrainingStarted,
)
from factory.layout.products import Snapshot
from factory.products.landed import UNKNOWN

SOME = 2000  # rows: enough for a window


def ask(session, rows):
    """Ask about all *rows*, and let a minute pass until they are captured and judged."""
    traffic.replay(session, rows, files=1)
    session.cloud.advance(60)
    session.cloud.settle()


class TrafficResult(dict):
    """The result of some traffic: events about the model by type, mails, and the alarm's state."""

    def __init__(self, session, mailbox, rows, times):
        super().__init__()
        before = session.event_ids()
        for _ in range(times):
            ask(session, rows)
        for event in session.new_events(before):
            if f"{event['subject']}/".startswith("model/income/"):
                self.setdefault(event["type"], []).append(event)
        self.mails = [
            m for m in notifications.receive(session, mailbox) if "model/income" in m["Subject"]
        ]
        found = session.aws("cloudwatch").describe_alarms(AlarmNames=["mw-dev-income/drift"])
        self.alarm = found["MetricAlarms"][0]["StateValue"]

    def one(self, kind):
        (event,) = self[kind]
        return event


@pytest.fixture(scope="module")
def rows(runs):
    """The whole test split."""
    return runs.test.to_pylist()


@pytest.fixture(scope="module")
def snapshots(session, runs):
    """Snapshots of both products where ingest publishes them, if it has not yet."""
    s3, bucket = session.aws("s3"), session.output("ProductsBucket")
    for product, uri in {"census_train": runs.train_uri, "census_test": runs.test_uri}.items():
        if s3.list_objects_v2(Bucket=bucket, Prefix=f"{product}/")["KeyCount"]:
            continue
        for name in ("data.parquet", "_manifest.json"):
            source = {"Bucket": bucket, "Key": f"{uri.split('/', 3)[3]}{name}"}
            s3.copy_object(Bucket=bucket, Key=f"{product}/000001/{name}", CopySource=source)
        newest = Snapshot(bucket, product, 1)
        with aws.calling_as(session.cloud.session()):
            advance(newest, UNKNOWN)


@pytest.fixture(scope="module")
def mailbox(session):
    return notifications.subscribe(session, "watched")


@pytest.fixture(scope="module")
def quiet(session, served, snapshots, mailbox, rows):
    return TrafficResult(session, mailbox, rows, times=1)


@pytest.fixture(scope="module")
def drift(session, quiet, mailbox, rows):
    return TrafficResult(session, mailbox, traffic.shifted(rows[:SOME]), times=3)


@pytest.fixture(scope="module")
def calm(session, drift, mailbox, rows):
    return TrafficResult(session, mailbox, rows[:SOME], times=3)


@pytest.fixture(scope="module")
def again(session, calm, mailbox, rows):
    return TrafficResult(session, mailbox, traffic.shifted(rows[:SOME]), times=3)


@pytest.fixture(scope="module")
def over(session, again, mailbox, rows):
    return TrafficResult(session, mailbox, rows[:SOME], times=3)


def finding(session, event):
    bucket, _, key = event["detail"]["finding"].removeprefix("s3://").partition("/")
    return json.load(session.aws("s3").get_object(Bucket=bucket, Key=key)["Body"])


def test_the_whole_test_split_as_traffic_leaves_all_quiet(session, quiet, rows):
    assert (dict(quiet), quiet.mails, quiet.alarm) == ({}, [], "OK")
    bucket = session.output("FindingsBucket")
    listed = session.aws("s3").list_objects_v2(Bucket=bucket, Prefix="findings/income/")["Contents"]
    newest = max(listed, key=lambda o: o["LastModified"])
    body = json.load(session.aws("s3").get_object(Bucket=bucket, Key=newest["Key"])["Body"])
    assert body["window"]["rows"] >= len(rows)
    assert body["drifted"] == []
    assert max(column["psi"] for column in body["columns"].values()) < 0.02


def test_three_shifted_columns_open_one_incident_that_names_exactly_these(session, drift):
    opened = drift.one(IncidentOpened.TYPE)
    assert {r["column"] for r in opened["detail"]["reasons"]} == set(SHIFTED_COLUMNS)
    words = {r["column"]: r["words"] for r in opened["detail"]["reasons"]}
    assert words["age"].startswith("age: half of the values were below 3")
    assert "values that training never saw: 0 % before, 30 % now" in words["workclass"]
    assert re.match(r"occupation: empty: 5\.\d % before, 44 % now \(PSI", words["occupation"])
    assert drift.alarm == "ALARM"


def test_people_hear_once_of_each_column_by_how_much_and_since_when(drift):
    (told,) = drift.mails
    opened = drift.one(IncidentOpened.TYPE)
    first = drift.one(DriftDetected.TYPE)["detail"]["episode"]
    assert told["Subject"] == "opened: model/income"
    for reason in opened["detail"]["reasons"]:
        assert f"- {reason['words']}" in told["Message"].splitlines()
        assert "PSI" in reason["words"]
        assert reason["words"].endswith(f"since {first}")
    assert "Gig worker" not in json.dumps(drift)


def test_since_is_the_first_shifted_request_and_not_the_window_that_told(session, drift):
    detected = drift.one(DriftDetected.TYPE)["detail"]
    assert detected["episode"] < detected["window"]["from"]
    assert {c["since"] for c in detected["columns"].values()} == {detected["episode"]}


def test_one_retraining_starts_whose_challenger_meets_the_champion_on_the_same_rows(session, drift):
    started = drift.one(TrainingStarted.TYPE)
    incident = drift.one(IncidentOpened.TYPE)["detail"]["incident"]
    assert started["detail"]["cause"] == incident
    assert drift.one(RetrainingRequested.TYPE)["detail"]["incident"] == incident
    assert len(started["detail"]["champion"]) == 64
    execution = started["detail"]["execution"]
    gates = {
        e["detail"]["gate"]: e["reason"]
        for e in drift[GateEvaluated.TYPE]
        if e["detail"]["execution"] == execution
    }
    assert "on the same rows" in gates["champion"]
    ended = [*drift.get(ModelRegistered.TYPE, []), *drift.get(ModelRefused.TYPE, [])]
    assert [e["detail"]["execution"] for e in ended] == [execution]
    assert ModelApproved.TYPE not in drift


def test_traffic_like_training_again_closes_the_incident_and_clears_the_alarm(session, drift, calm):
    closed = calm.one(IncidentClosed.TYPE)
    incident = drift.one(IncidentOpened.TYPE)["detail"]["incident"]
    assert closed["detail"]["incident"] == incident
    assert calm.alarm == "OK"
    assert [m["Subject"] for m in calm.mails] == ["closed: model/income"]
    key = {"pk": {"S": incident}}
    item = session.aws("dynamodb").get_item(TableName=session.output("IncidentsTable"), Key=key)[
        "Item"
    ]
    assert item["status"] == {"S": "closed"}


def test_a_second_alarm_within_the_cool_down_opens_an_incident_and_starts_no_run(drift, again):
    assert again.one(IncidentOpened.TYPE)["id"] != drift.one(IncidentOpened.TYPE)["id"]
    assert TrainingStarted.TYPE not in again
    refused = again.one(TrainingRefused.TYPE)
    execution = drift.one(TrainingStarted.TYPE)["detail"]["execution"]
    assert f"within the cool-down of 24 hours: drift started {execution}" in refused["reason"]
    assert refused["detail"]["cause"] == again.one(IncidentOpened.TYPE)["detail"]["incident"]


def test_both_incidents_are_over_in_the_end(over):
    assert len(over[IncidentClosed.TYPE]) == 1
    assert over.alarm == "OK"
