"""Does the page show the ledger as it was written, and report any change?"""

import boto3
import pytest
from moto import mock_aws

from aws import calling_as
from factory.events.envelope import identity
from factory.events.training import ModelRefused, ModelTrained
from factory.layout.objects import segment_key
from factory.ledger.chain import Head, after, digest
from report import ledger_reader

OUTPUTS = {"LedgerBucket": "the-ledger", "LedgerTable": "the-index"}


def event(number):
    identifying = {"type": ModelTrained.TYPE, "subject": "model/m", "key": str(number)}
    return identifying | {
        "id": identity(*identifying.values()),
        "actor": "function/run_events",
        "reason": "r",
        "detail": {},
        "time": "2026-01-01T00:00:00Z",
        "source": "modelworks.run_events",
    }


@pytest.fixture
def aws():
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), calling_as(session):
        s3 = session.client("s3")
        s3.create_bucket(Bucket="the-ledger")
        s3.put_bucket_versioning(Bucket="the-ledger", VersioningConfiguration={"Status": "Enabled"})
        dynamodb = session.client("dynamodb")
        dynamodb.create_table(
            TableName="the-index",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield session


@pytest.fixture
def written(aws):
    """Three segments of two events each, and the index with the last one."""
    head = Head()
    for number in range(3):
        events = [event(2 * number), event(2 * number + 1)]
        body = after(head, events, recorded_at="2026-01-01T00:00:00Z").encode()
        aws.client("s3").put_object(Bucket="the-ledger", Key=segment_key(number + 1), Body=body)
        head = Head(index=number + 1, digest=digest(body))
    item = {"pk": {"S": "HEAD"}, "index": {"N": "3"}, "digest": {"S": head.digest}}
    aws.client("dynamodb").put_item(TableName="the-index", Item=item)
    return head


def test_an_intact_ledger_is_read_in_order_and_verified(aws, written):
    found = ledger_reader.read(OUTPUTS)
    assert [event["key"] for event in found.events] == list("012345")
    assert (found.segments, found.head, found.findings) == (3, written.digest, ())


def test_a_changed_byte_is_a_finding_and_the_rest_is_still_read(aws, written):
    s3 = aws.client("s3")
    where = {"Bucket": "the-ledger", "Key": segment_key(2)}
    body = s3.get_object(**where)["Body"].read().replace(b'"reason":"r"', b'"reason":"x"', 1)
    s3.put_object(**where, Body=body)
    found = ledger_reader.read(OUTPUTS)
    assert any(segment_key(2) in finding for finding in found.findings)
    assert {"0", "1", "4", "5"} <= {event["key"] for event in found.events}


def test_a_segment_behind_a_delete_marker_is_a_finding(aws, written):
    aws.client("s3").delete_object(Bucket="the-ledger", Key=segment_key(3))
    assert any("delete marker" in finding for finding in ledger_reader.read(OUTPUTS).findings)


def test_events_are_filtered_by_type_and_subject(aws, written):
    found = ledger_reader.read(OUTPUTS)
    assert len(list(found.of(ModelTrained, subject="model/m"))) == 6
    assert list(found.of(ModelTrained, subject="model/n")) == []
    assert list(found.of(ModelRefused)) == []
