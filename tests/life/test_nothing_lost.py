"""Is work lost when a function fails, or done twice when it hears twice?"""

import hashlib
import json
import uuid
from contextlib import contextmanager

import pytest

from demo.resilience import (
    queue_alarms,
    queues_of,
    redrive,
    set_aside,
    without_permission,
)
from factory.events.audit import MessageQuarantined
from factory.events.data import DataProductRefused
from factory.events.incident import IncidentClosed, IncidentOpened

ATTEMPTS = 5


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


def kept(session, number):
    key = {"pk": {"S": number}}
    return (
        session.aws("dynamodb")
        .get_item(TableName=session.output("IncidentsTable"), Key=key)
        .get("Item")
    )


@pytest.fixture
def number():
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def tell(session):
    """Give a function that puts envelopes into the queue of `incident`, and settles."""

    def send(*envelopes):
        url = queues_of(session, "incident")["url"]
        for envelope in envelopes:
            session.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(envelope))
            session.cloud.settle()

    return send


def tried(session, before, number):
    """Return the invocations since the first *before* ones that were told of an incident."""
    since = session.cloud.invocations()[before:]
    return [each for each in since if number in json.dumps(each["event"])]


def refusals(session, landed):
    """Return the events that refuse one version of a landed object, by its digest alone."""
    arrival = hashlib.sha256(landed.encode()).hexdigest()
    said = session.events(DataProductRefused)
    return [e for e in said if e["detail"]["source"]["arrival"] == arrival]


def test_what_fails_five_times_is_set_aside_and_done_once_when_it_is_redriven(
    session, tell, number
):
    queues, before = queues_of(session, "incident"), len(session.cloud.invocations())
    with without_permission(session, "incident"):
        tell(incident(number))
        assert kept(session, number) is None
        set_aside(session, queues)
    assert session.advance_until("an alarm", lambda: queue_alarms(session, queues["dlq"]))
    assert kept(session, number) is None
    assert len(tried(session, before, number)) == ATTEMPTS
    redrive(session, queues)
    assert kept(session, number)["revision"] == {"N": "1"}
    assert len(tried(session, before, number)) == ATTEMPTS + 1
    assert session.advance_until(
        "the alarm to end", lambda: not queue_alarms(session, queues["dlq"])
    )


def test_a_file_that_could_not_be_looked_at_is_published_after_the_redrive(session):
    queues = queues_of(session, "ingest")
    key, bucket = f"census_test/{uuid.uuid4()}.csv.gz", session.output("LandingBucket")
    with without_permission(session, "ingest", "events:PutEvents"):
        put = session.aws("s3").put_object(Bucket=bucket, Key=key, Body=b"")
        set_aside(session, queues)
    landed = f"s3://{bucket}/{key}|{put['VersionId']}"
    assert refusals(session, landed) == []
    redrive(session, queues)
    assert len(refusals(session, landed)) == 1


@contextmanager
def silent(session, function, how):
    """Keep a function from its messages, as somebody does by hand."""
    client = session.aws("lambda")
    (found,) = [
        f
        for page in client.get_paginator("list_functions").paginate()
        for f in page["Functions"]
        if f["Handler"] == f"lambdas/{function}/handler.handle"
    ]
    name = found["FunctionName"]
    (mapping,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    if how == "concurrency":
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    else:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        client.delete_function_concurrency(FunctionName=name)
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def _lands(session):
    bucket = session.output("LandingBucket")
    key = f"census_test/{uuid.uuid4()}.csv.gz"
    session.aws("s3").put_object(Bucket=bucket, Key=key, Body=b"")


def _is_captured(session):
    """Let there be a file that watch would look at; nothing is in it."""
    key = f"captures/nobody-v1-00000000/{uuid.uuid4()}.jsonl"
    session.aws("s3").put_object(Bucket=session.output("CapturesBucket"), Key=key, Body=b"")


@pytest.mark.parametrize(
    ("function", "happens", "how"),
    [("ingest", _lands, "concurrency"), ("watch", _is_captured, "mapping")],
)
def test_a_function_that_is_silent_is_told_of_by_what_waits_for_it(session, function, happens, how):
    queue = queues_of(session, function)["url"]
    session.advance_until("no alarm of before", lambda: not queue_alarms(session, queue))
    with silent(session, function, how):
        happens(session)
        found = session.advance_until("an alarm", lambda: queue_alarms(session, queue), minutes=90)
    assert [name for name in found if "Waiting" in name] == found
    session.advance_until("the alarm to end", lambda: not queue_alarms(session, queue), minutes=90)


def test_an_event_that_comes_twice_does_its_work_once(session, tell, number):
    tell(incident(number))
    first = kept(session, number)
    assert first["status"] == {"S": "open"}
    tell(incident(number), incident(number))
    assert kept(session, number) == first


def test_events_out_of_order_end_in_the_same_state(session, tell, number):
    other = f"{number}-in-order"
    tell(closing(number), incident(number))
    tell(incident(other), closing(other))
    said = [
        {
            name: value
            for name, value in kept(session, each).items()
            if name not in {"pk", "subject"}
        }
        for each in (number, other)
    ]
    assert said[0] == said[1]
    assert said[0]["status"] == {"S": "closed"}


def test_what_is_no_event_is_set_aside_by_the_ledger_and_nothing_waits_for_it(session):
    sqs, known, text = session.aws("sqs"), session.event_ids(), f"no event {uuid.uuid4()}"
    url = queues_of(session, "audit_log")["url"]
    sqs.send_message(
        QueueUrl=url, MessageBody=text, MessageGroupId="ledger", MessageDeduplicationId=text[-36:]
    )
    session.cloud.settle()
    (told,) = session.new_events(known, MessageQuarantined)
    assert told["key"] == hashlib.sha256(text.encode()).hexdigest()
    (aside,) = sqs.list_queues(QueueNamePrefix="modelworks-dev-ledger-Refused")["QueueUrls"]
    found = sqs.receive_message(QueueUrl=aside, MaxNumberOfMessages=10)["Messages"]
    assert text in [message["Body"] for message in found]
    for message in found:  # and the alarm ends
        sqs.delete_message(QueueUrl=aside, ReceiptHandle=message["ReceiptHandle"])
