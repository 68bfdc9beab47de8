"""Does the page show the ledger as it was written, and report any change?"""

import boto3
import pytest
from moto import mock_aws

import aws as door
from aws import calling_as
from factory.events.envelope import identity
from factory.events.training import ModelRefused, ModelTrained
from factory.layout.objects import segment_key
from factory.ledger import chain, record
from report import ledger_reader
from tests.lambdas.ledgers import BUCKET, TABLE, World, envelope

OUTPUTS = {"LedgerBucket": BUCKET, "LedgerTable": TABLE, "Stage": "dev"}


@pytest.fixture
def aws(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), calling_as(session):
        yield session


@pytest.fixture
def written(aws, monkeypatch):
    """Three segments of two events each, by the ledger's writer."""
    world = World.make(monkeypatch)
    for number in range(3):
        world.log(envelope(2 * number, model="m"), envelope(2 * number + 1, model="m"))
    return world.report().tail


def test_an_intact_ledger_is_read_in_order_and_verified(aws, written):
    found = ledger_reader.read(OUTPUTS)
    assert [event["key"] for event in found.events] == list("012345")
    assert (found.segments, found.head, found.findings) == (3, written.digest, ())


def test_a_changed_byte_is_a_finding_and_the_rest_is_still_read(aws, written):
    s3 = aws.client("s3")
    where = {"Bucket": BUCKET, "Key": segment_key(2)}
    body = s3.get_object(**where)["Body"].read().replace(b"succeeded", b"was great", 1)
    s3.put_object(**where, Body=body)
    found = ledger_reader.read(OUTPUTS)
    assert any(segment_key(2) in finding for finding in found.findings)
    assert {"0", "1", "4", "5"} <= {event["key"] for event in found.events}


def test_a_segment_behind_a_delete_marker_is_a_finding(aws, written):
    aws.client("s3").delete_object(Bucket=BUCKET, Key=segment_key(3))
    assert any("delete marker" in finding for finding in ledger_reader.read(OUTPUTS).findings)


def test_events_are_filtered_by_type_and_subject(aws, written):
    found = ledger_reader.read(OUTPUTS)
    assert len(list(found.of(ModelTrained, subject="model/m"))) == 6
    assert list(found.of(ModelTrained, subject="model/n")) == []
    assert list(found.of(ModelRefused)) == []


def test_what_was_said_by_one_who_may_not_say_it_is_a_finding_and_is_not_shown(aws, written):
    """Whoever has the writer's rights can put it there; no reader heeds it."""
    (known,) = [e for e in ledger_reader.read(OUTPUTS).events if e["key"] == "1"]
    odd = {**known, "actor": "person/grace", "key": "9"}
    named = [odd[name] for name in ("source", "type", "subject", "key")]
    odd["id"] = identity(*named)
    body = chain.after(written, [odd], recorded_at=record.time_of(door.now())).encode()
    aws.client("s3").put_object(Bucket=BUCKET, Key=segment_key(4), Body=body)
    found = ledger_reader.read(OUTPUTS)
    assert [event["key"] for event in found.events] == list("012345")
    assert any("may not say that of this actor" in finding for finding in found.findings)
