"""What is known of a bucket, and is nothing left in it once it was emptied?"""

import pytest

from aws import buckets


@pytest.fixture
def s3(session):
    client = session.client("s3")
    client.create_bucket(Bucket="plain")
    client.put_bucket_versioning(Bucket="plain", VersioningConfiguration={"Status": "Enabled"})
    return client


def test_a_bucket_without_tags_and_lock_says_nothing(s3):
    assert buckets.names() == ["plain"]
    assert buckets.tags("plain") == {}
    assert buckets.lock_mode("plain") == ""


def test_tags_and_lock_are_read(s3):
    s3.create_bucket(Bucket="worm", ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    s3.put_object_lock_configuration(Bucket="worm", ObjectLockConfiguration=lock)
    s3.put_bucket_tagging(Bucket="worm", Tagging={"TagSet": [{"Key": "stage", "Value": "dev"}]})
    assert buckets.tags("worm") == {"stage": "dev"}
    assert buckets.lock_mode("worm") == "GOVERNANCE"


def test_every_version_and_every_marker_goes(s3, monkeypatch):
    monkeypatch.setattr(buckets, "BATCH", 2)
    for number in range(5):
        s3.put_object(Bucket="plain", Key="k", Body=str(number))
    s3.delete_object(Bucket="plain", Key="k")
    buckets.remove("plain")
    assert buckets.names() == []


def test_a_bucket_that_is_gone_is_empty(s3):
    buckets.empty("gone")
    assert buckets.names() == ["plain"]
