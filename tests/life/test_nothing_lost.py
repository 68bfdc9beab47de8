"""Is work lost when a function fails, or done twice when it hears twice?"""

import json
import uuid

import pytest

from factory.events.data import DataProductRefused
from factory.events.incident import IncidentClosed, IncidentOpened
from story.resilience import alarms, forbidden, queues_of, waiting

ATTEMPTS = 5
ALLOWED = 180  # minutes: five times the half hour for which ingest's queue hides a message


def incident(number):
    """Return the envelope in which an incident's opening reaches `incident`."""
    body = {
        "id": number,
        "subject": f"test/{number}",
        "actor": "function/respond",
        "reason": "somebody tests",
        "key": number,
        "detail": {"incident": number, "reasons": []},
    }
    return {
        "detail-type": IncidentOpened.TYPE,
        "source": "modelworks.respond",
        "time": "2026-01-01T00:00:00Z",
        "detail": body,
    }


def closing(number):
    opened = incident(number)
    return opened | {"detail-type": IncidentClosed.TYPE, "time": "2026-01-01T01:00:00Z"}


def kept(life, number):
    key = {"pk": {"S": number}}
    return (
        life.aws("dynamodb").get_item(TableName=life.output("IncidentsTable"), Key=key).get("Item")
    )


@pytest.fixture
def number():
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def tell(life):
    """Give a function that puts envelopes into the queue of `incident`, and settles."""

    def send(*envelopes):
        url = queues_of(life, "incident")["url"]
        for envelope in envelopes:
            life.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(envelope))
            life.standing.cloud.settle()

    return send


def set_aside(life, arn):
    """Let time pass until the queue of failures holds a message."""
    return life.pass_time("a message to be set aside", lambda: waiting(life, arn), minutes=ALLOWED)


def test_what_fails_five_times_is_set_aside_and_done_once_when_it_is_redriven(life, tell, number):
    failed = queues_of(life, "incident")["failed"]
    before = len(life.standing.cloud.invocations())
    with forbidden(life, "incident"):
        tell(incident(number))
        assert kept(life, number) is None
        set_aside(life, failed)
        assert life.pass_time("an alarm", lambda: alarms(life))
    tried = [
        i for i in life.standing.cloud.invocations()[before:] if number in json.dumps(i["event"])
    ]
    assert len(tried) == ATTEMPTS
    life.aws("sqs").start_message_move_task(SourceArn=failed)
    life.standing.cloud.settle()
    assert waiting(life, failed) == 0
    assert kept(life, number)["revision"] == {"N": "1"}
    assert life.pass_time("the alarm to end", lambda: not alarms(life))


def test_a_file_that_could_not_be_looked_at_is_published_after_the_redrive(life):
    failed = queues_of(life, "ingest")["failed"]
    key, bucket = f"census_test/{uuid.uuid4()}.csv.gz", life.output("LandingBucket")
    with forbidden(life, "ingest", "events:PutEvents"):
        life.aws("s3").put_object(Bucket=bucket, Key=key, Body=b"")
        set_aside(life, failed)
    said = [e for e in life.events(DataProductRefused) if key in str(e)]
    assert said == []
    life.aws("sqs").start_message_move_task(SourceArn=failed)
    life.standing.cloud.settle()
    assert len([e for e in life.events(DataProductRefused) if key in str(e)]) == 1


def test_an_event_that_comes_twice_does_its_work_once(life, tell, number):
    tell(incident(number))
    first = kept(life, number)
    assert first["status"] == {"S": "open"}
    tell(incident(number), incident(number))
    assert kept(life, number) == first


def test_events_out_of_order_end_in_the_same_state(life, tell, number):
    other = f"{number}-in-order"
    tell(closing(number), incident(number))
    tell(incident(other), closing(other))
    said = [
        {name: value for name, value in kept(life, each).items() if name not in {"pk", "subject"}}
        for each in (number, other)
    ]
    assert said[0] == said[1]
    assert said[0]["status"] == {"S": "closed"}
