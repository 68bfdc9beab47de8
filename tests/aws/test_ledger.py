"""Is every version of every segment read, in order, with its lock, and all that the index knows?"""

import datetime as dt

import pytest

from aws import ledger
from aws.tables import table_put
from factory.layout import objects, tables


@pytest.fixture
def s3(session):
    client = session.client("s3")
    client.create_bucket(Bucket="ledger", ObjectLockEnabledForBucket=True)
    return client


@pytest.fixture
def index(session):
    session.client("dynamodb").create_table(
        TableName="index",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "index"


def read(after=""):
    return [(each.key, each.data) for each in ledger.versions("ledger", after)]


def test_segments_come_in_order_and_a_marker_stands_for_what_it_hides(s3):
    first, second = objects.segment_key(1), objects.segment_key(2)
    for key, body in ((second, b"two"), (first, b"one")):
        s3.put_object(Bucket="ledger", Key=key, Body=body)
    s3.delete_object(Bucket="ledger", Key=second)
    found = read()
    assert found[0] == (first, b"one")
    assert sorted(found[1:], key=str) == sorted([(second, b"two"), (second, None)], key=str)


def test_a_version_that_was_laid_over_another_is_read_beside_it(s3):
    key = objects.segment_key(1)
    for body in (b"written", b"changed"):
        s3.put_object(Bucket="ledger", Key=key, Body=body)
    assert {data for _, data in read()} == {b"written", b"changed"}


def test_only_what_comes_after_a_key_is_read_again(s3):
    for number in (1, 2, 3):
        s3.put_object(Bucket="ledger", Key=objects.segment_key(number), Body=b"x")
    assert [key for key, _ in read(objects.segment_key(2))] == [objects.segment_key(3)]


def test_the_lock_of_a_version_comes_with_it(s3):
    until = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
    s3.put_object(Bucket="ledger", Key="locked", Body=b"x", **lock)
    s3.put_object(Bucket="ledger", Key="open", Body=b"x")
    locked, free = ledger.versions("ledger")
    assert (locked.mode, locked.until) == ("GOVERNANCE", until)
    assert (free.mode, free.until) == ("", None)


def test_the_head_is_what_the_index_remembers(index):
    assert ledger.head(index) is None
    table_put(index, {"pk": tables.LEDGER_HEAD, "index": 7, "digest": "d"})
    head = ledger.head(index)
    assert (head.index, head.digest) == (7, "d")


@pytest.mark.parametrize("odd", [{}, {"index": "7", "digest": "d"}, {"index": 7}])
def test_a_head_of_another_form_is_none(index, odd):
    table_put(index, {"pk": tables.LEDGER_HEAD, **odd})
    assert ledger.head(index) is None


def test_every_item_of_the_index_is_read(index):
    for number in range(30):
        table_put(index, {"pk": tables.ledger_event(str(number)), "segment": number})
    assert sorted(item["segment"] for item in ledger.items(index)) == list(range(30))


def test_the_index_is_asked_whether_a_segment_was_to_be_written(index):
    table_put(index, {"pk": tables.ledger_segment(3, "aa")})
    assert ledger.expects(index, 3, "aa")
    assert not ledger.expects(index, 3, "bb")
    assert not ledger.expects(index, 4, "aa")
