"""Is every version of every segment read, in order, and the head that the index remembers?"""

import pytest

from aws import ledger
from aws.tables import table_put
from factory.layout import objects, tables


@pytest.fixture
def s3(session):
    client = session.client("s3")
    client.create_bucket(Bucket="ledger")
    client.put_bucket_versioning(Bucket="ledger", VersioningConfiguration={"Status": "Enabled"})
    return client


def test_segments_come_in_order_and_a_marker_stands_for_what_it_hides(s3):
    first, second = objects.segment_key(1), objects.segment_key(2)
    for key, body in ((second, b"two"), (first, b"one")):
        s3.put_object(Bucket="ledger", Key=key, Body=body)
    s3.delete_object(Bucket="ledger", Key=second)
    found = ledger.versions("ledger")
    assert found[0] == (first, b"one")
    assert sorted(found[1:], key=str) == sorted([(second, b"two"), (second, None)], key=str)


def test_a_version_that_was_laid_over_another_is_read_beside_it(s3):
    key = objects.segment_key(1)
    for body in (b"written", b"changed"):
        s3.put_object(Bucket="ledger", Key=key, Body=body)
    assert {body for _, body in ledger.versions("ledger")} == {b"written", b"changed"}


def test_the_head_is_what_the_index_remembers(session):
    session.client("dynamodb").create_table(
        TableName="index",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert ledger.head("index") is None
    table_put("index", {"pk": tables.LEDGER_HEAD, "index": 7, "digest": "d"})
    head = ledger.head("index")
    assert (head.index, head.digest) == (7, "d")
