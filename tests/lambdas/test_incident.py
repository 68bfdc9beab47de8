from __future__ import annotations

import json
import random
from itertools import permutations
from pathlib import Path

import boto3
import pytest

import aws
from factory.errors import MalformedEvent, ServiceError
from factory.events.untyped import UntypedEvent as Event
from factory.settings import IncidentSettings
from lambdas.incident import handler


@pytest.fixture
def inbox(cloud, monkeypatch):
    """Give a function that returns (subject, message) of what people were told since."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    url, arn = cloud.queue("inbox")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    settings = IncidentSettings(incidents_table=cloud.table("incidents"), alerts_topic_arn=topic)
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    return lambda: [(m["Subject"], m["Message"]) for m in cloud.drain(url)]


def envelope(event, time="2026-11-12T00:00:00Z"):
    return {"detail-type": event.type, "source": "s", "time": time, "detail": event.body()}


OPENED = Event(
    type="incident.opened",
    subject="dataproduct/people",
    actor="function/ingest",
    reason="today.csv.gz: age is missing",
    key="v1",
    detail={"reasons": [{"words": "age is missing"}, {"words": "too few rows"}]},
)
CLOSED = Event(
    type="incident.closed",
    subject="dataproduct/people",
    actor="person/ann",
    reason="a corrected file has landed",
    key="v1",
    detail={"incident": OPENED.id},
)


@pytest.fixture
def handle(batch_of):
    return lambda *envelopes: handler.handle(batch_of(*envelopes), None)


def test_an_opened_incident_is_kept_and_told_with_its_reasons(handle, inbox):
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


def test_what_comes_twice_is_told_once(handle, inbox):
    handle(envelope(OPENED), envelope(OPENED))
    handle(envelope(OPENED, time="2026-11-13T00:00:00Z"))
    assert len(inbox()) == 1
    assert aws.table_get("incidents", OPENED.id)["opened_at"] == "2026-11-12T00:00:00Z"


def test_a_closed_incident_says_by_whom_and_why(handle, inbox):
    handle(envelope(OPENED), envelope(CLOSED, time="2026-11-13T00:00:00Z"))
    item = aws.table_get("incidents", OPENED.id)
    assert (item["status"], item["closed_at"]) == ("closed", "2026-11-13T00:00:00Z")
    assert (item["closed_by"], item["closed_because"]) == (
        "person/ann",
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


def test_a_crash_between_telling_and_keeping_tells_again(handle, inbox, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(aws, "table_put", _fails)
        assert handle(envelope(OPENED)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert handle(envelope(OPENED)) == {"batchItemFailures": []}
    assert len(inbox()) == 2
    assert aws.table_get("incidents", OPENED.id)["status"] == "open"


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


def test_a_closing_that_names_no_incident_fails_alone(handle, inbox):
    stray = Event(type="incident.closed", subject="s", actor="person/ann", reason="done", key="k")
    answer = handle(envelope(stray), envelope(OPENED))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    with pytest.raises(MalformedEvent, match=r"detail\.incident does not say which one"):
        handler.incident_id(stray)


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
