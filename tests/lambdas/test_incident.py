from __future__ import annotations

import json
import random
from itertools import permutations
from pathlib import Path

import boto3
import pytest

import aws
from factory.errors import ServiceError
from factory.settings import IncidentSettings
from lambdas.incident import handler
from tests.factory.incidents.test_incident import CLOSED, OPENED


@pytest.fixture
def inbox(cloud, monkeypatch):
    """Give a function that returns (subject, message) of what people were sent since."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    url, arn = cloud.queue("inbox")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    settings = IncidentSettings(incidents_table=cloud.table("incidents"), alerts_topic_arn=topic)
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    return lambda: [(m["Subject"], m["Message"]) for m in cloud.drain(url)]


def envelope(event, time="2026-11-12T00:00:00Z"):
    source = f"modelworks.{event.EMITTERS[0]}"
    return {"detail-type": event.TYPE, "source": source, "time": time, "detail": event.body()}


@pytest.fixture
def handle(batch_of):
    return lambda *envelopes: handler.handle(batch_of(*envelopes), None)


def test_an_opened_incident_is_kept_and_people_read_its_reasons(handle, inbox):
    assert handle(envelope(OPENED)) == {"batchItemFailures": []}
    assert aws.table_get("incidents", OPENED.id) == {
        "pk": OPENED.id,
        "status": "open",
        "opened_at": "2026-11-12T00:00:00Z",
        "subject": "dataproduct/people",
        "opened_because": "today.csv.gz: age is missing",
        "reasons": ["age is missing", "too few rows"],
        "revision": 1,
    }
    ((subject, message),) = inbox()
    assert subject == "opened: dataproduct/people"
    assert message == (
        "today.csv.gz: age is missing\n- age is missing\n- too few rows\n\n"
        f"incident {OPENED.id} is open; by function/ingest"
    )


def test_what_comes_twice_is_sent_once(handle, inbox):
    handle(envelope(OPENED), envelope(OPENED))
    handle(envelope(OPENED, time="2026-11-13T00:00:00Z"))
    assert len(inbox()) == 1
    assert aws.table_get("incidents", OPENED.id)["opened_at"] == "2026-11-12T00:00:00Z"


def test_a_closed_incident_says_by_whom_and_why(handle, inbox):
    handle(envelope(OPENED), envelope(CLOSED, time="2026-11-13T00:00:00Z"))
    item = aws.table_get("incidents", OPENED.id)
    assert (item["status"], item["closed_at"]) == ("closed", "2026-11-13T00:00:00Z")
    assert (item["closed_by"], item["closed_because"]) == (
        "function/respond",
        "a corrected file has landed",
    )
    assert [subject for subject, _ in inbox()] == [
        "opened: dataproduct/people",
        "closed: dataproduct/people",
    ]


@pytest.mark.parametrize("order", [*permutations([OPENED, CLOSED, OPENED])])
def test_in_any_order_a_closed_incident_stays_closed(handle, inbox, order):
    for event in order:
        handle(envelope(event))
    item = aws.table_get("incidents", OPENED.id)
    assert item["status"] == "closed"
    assert item["reasons"] == ["age is missing", "too few rows"]


def test_a_crash_between_notifying_and_storing_notifies_again(handle, inbox, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(aws, "table_put", _fails)
        assert handle(envelope(OPENED)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert handle(envelope(OPENED)) == {"batchItemFailures": []}
    assert len(inbox()) == 2
    assert aws.table_get("incidents", OPENED.id)["status"] == "open"


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


def test_a_closing_that_names_no_incident_fails_alone(handle, inbox, capsys):
    stray = envelope(CLOSED)
    stray["detail"] = stray["detail"] | {"detail": {}}
    assert handle(stray, envelope(OPENED)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert "incident.closed: detail.incident is missing" in capsys.readouterr().out
    assert aws.table_get("incidents", OPENED.id)["status"] == "open"


def test_another_change_meanwhile_brings_the_message_again(handle, inbox, monkeypatch):
    handle(envelope(OPENED))
    real = aws.publish

    def meanwhile(*args, **kwargs):
        item = aws.table_get("incidents", OPENED.id)
        aws.table_put("incidents", item | {"revision": item["revision"] + 1})
        real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(aws, "publish", meanwhile)
        assert handle(envelope(CLOSED)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert aws.table_get("incidents", OPENED.id)["status"] == "open"
    assert handle(envelope(CLOSED)) == {"batchItemFailures": []}
    assert aws.table_get("incidents", OPENED.id)["status"] == "closed"


def test_the_example_event_is_read(inbox):
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    assert handler.handle(example, None) == {"batchItemFailures": []}
    ((subject, message),) = inbox()
    assert subject == "opened: dataproduct/census_train"
    assert "- column age: maximum: expected 90 or less" in message


def test_the_order_of_many_events_does_not_matter(handle, inbox):
    events = [OPENED, CLOSED] * 3
    random.Random(7).shuffle(events)
    handle(*map(envelope, events))
    assert aws.table_get("incidents", OPENED.id)["revision"] == 2
