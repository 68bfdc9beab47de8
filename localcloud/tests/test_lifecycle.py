"""Do lifecycle rules and retentions act on the cloud's clock, and only on what they name?"""

from __future__ import annotations

import itertools
import json

import pytest
from botocore.exceptions import ClientError

DAY = 86_400
_numbers = itertools.count()


@pytest.fixture
def s3(cloud):
    return cloud.aws("s3")


@pytest.fixture
def bucket(s3):
    def make(*rules, versioned=False, **more):
        name = f"lifecycle-{next(_numbers)}"
        s3.create_bucket(Bucket=name, **more)
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        every = [{"Status": "Enabled", "Filter": {"Prefix": ""}} | rule for rule in rules]
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": every})
        return name

    return make


def keys(s3, name):
    return [item["Key"] for item in s3.list_objects_v2(Bucket=name).get("Contents", [])]


def versions(s3, name):
    found = s3.list_object_versions(Bucket=name)
    return len(found.get("Versions", [])), len(found.get("DeleteMarkers", []))


def test_an_object_goes_at_the_midnight_after_its_days_and_says_so(cloud, s3, bucket, build, drain):
    name = bucket({"Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 2}})
    enabled = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=enabled)
    pattern = {"detail-type": ["Object Deleted"], "detail": {"bucket": {"name": [name]}}}
    admit = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    policy = {"PolicyDocument": {"Statement": [admit]}, "Queues": [{"Ref": "Queue"}]}
    targets = [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}]
    rule = {"EventPattern": pattern, "Targets": targets}
    stack = build(
        {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": policy},
            "Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
        }
    )
    for key in ("logs/a", "data/a"):
        s3.put_object(Bucket=name, Key=key, Body=b"x")
    cloud.settle()
    cloud.advance(2 * DAY - 1)
    assert keys(s3, name) == ["data/a", "logs/a"]
    cloud.advance(DAY)
    assert keys(s3, name) == ["data/a"]
    (message,) = drain(stack["Queue"])
    event = json.loads(message["Body"])
    assert event["detail"]["reason"] == "Lifecycle Expiration"
    assert event["detail"]["requester"] == "s3.amazonaws.com"
    assert event["detail"]["deletion-type"] == "Permanently Deleted"
    assert event["time"].endswith("T00:00:00Z")


def test_versions_go_after_their_successor_and_the_newest_may_stay(cloud, s3, bucket):
    kept = {"NoncurrentDays": 1, "NewerNoncurrentVersions": 1}
    name = bucket({"NoncurrentVersionExpiration": kept}, versioned=True)
    for text in ("1", "2", "3"):
        s3.put_object(Bucket=name, Key="a", Body=text.encode())
    cloud.settle()
    cloud.advance(3 * DAY)
    assert versions(s3, name) == (2, 0)
    read = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert read[0]["NoncurrentVersionExpiration"] == kept


def test_a_current_version_becomes_a_marker_which_goes_when_it_hides_nothing(cloud, s3, bucket):
    name = bucket(
        {"ID": "current", "Expiration": {"Days": 1}},
        {"ID": "old", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
        {"ID": "markers", "Expiration": {"ExpiredObjectDeleteMarker": True}},
        versioned=True,
    )
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    cloud.settle()
    cloud.advance(2 * DAY)
    assert versions(s3, name) == (1, 1)
    cloud.advance(3 * DAY)
    assert versions(s3, name) == (0, 0)


def test_what_is_locked_stays(cloud, s3, bucket):
    name = bucket(
        {"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}, ObjectLockEnabledForBucket=True
    )
    version = s3.put_object(Bucket=name, Key="a", Body=b"1")["VersionId"]
    s3.put_object_legal_hold(Bucket=name, Key="a", VersionId=version, LegalHold={"Status": "ON"})
    s3.put_object(Bucket=name, Key="a", Body=b"2")
    cloud.settle()
    cloud.advance(3 * DAY)
    assert versions(s3, name) == (2, 0)


def test_tags_sizes_and_disabled_rules_decide(cloud, s3, bucket):
    both = {
        "And": {"Prefix": "", "Tags": [{"Key": "keep", "Value": "no"}, {"Key": "a", "Value": "b"}]}
    }
    name = bucket(
        {"ID": "tags", "Filter": both, "Expiration": {"Days": 1}},
        {"ID": "size", "Filter": {"ObjectSizeGreaterThan": 5}, "Expiration": {"Days": 1}},
        {"ID": "off", "Status": "Disabled", "Expiration": {"Days": 1}},
    )
    s3.put_object(Bucket=name, Key="tagged", Body=b"x", Tagging="keep=no&a=b&more=1")
    s3.put_object(Bucket=name, Key="half", Body=b"x", Tagging="keep=no")
    s3.put_object(Bucket=name, Key="large", Body=b"123456")
    s3.put_object(Bucket=name, Key="five", Body=b"12345")
    cloud.settle()
    cloud.advance(3 * DAY)
    assert keys(s3, name) == ["five", "half"]
    read = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert [rule["Filter"] for rule in read][1] == {"ObjectSizeGreaterThan": 5}
    assert read[0]["Filter"]["And"]["Tags"] == both["And"]["Tags"]


def test_classes_change_but_for_small_objects(cloud, s3, bucket):
    name = bucket({"Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"},
                                   {"Days": 90, "StorageClass": "GLACIER"}]})  # fmt: skip
    s3.put_object(Bucket=name, Key="large", Body=b"x" * 131_072)
    s3.put_object(Bucket=name, Key="small", Body=b"x")
    cloud.settle()

    def found(key):
        return s3.head_object(Bucket=name, Key=key).get("StorageClass")

    cloud.advance(32 * DAY)
    assert (found("large"), found("small")) == ("STANDARD_IA", None)
    cloud.advance(62 * DAY)
    assert found("large") == "GLACIER"
    with pytest.raises(ClientError, match="InvalidObjectState"):
        s3.get_object(Bucket=name, Key="large")


def test_an_upload_in_parts_is_given_up(cloud, s3, bucket):
    name = bucket({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}})
    s3.create_multipart_upload(Bucket=name, Key="a")
    cloud.settle()
    assert len(s3.list_multipart_uploads(Bucket=name)["Uploads"]) == 1
    cloud.advance(3 * DAY)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=name)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({}, "At least one action"),
        ({"Expiration": {"Days": 0}}, "positive integer"),
        ({"Status": "On", "Expiration": {"Days": 1}}, "MalformedXML"),
        ({"Transitions": [{"Days": 1, "StorageClass": "COLD"}]}, "MalformedXML"),
        ({"ID": "x" * 256, "Expiration": {"Days": 1}}, "ID length"),
    ],
)
def test_a_rule_that_s3_refuses_is_refused(bucket, rule, why):
    with pytest.raises(ClientError, match=why):
        bucket(rule)


def test_a_prefix_says_which_streams_are_searched(cloud):
    logs, group = cloud.aws("logs"), f"searched-{next(_numbers)}"
    logs.create_log_group(logGroupName=group)
    event = {"timestamp": int(cloud.now() * 1000), "message": "m"}
    for name in ("one/a", "one/b", "other"):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=[event])

    def found(prefix):
        answer = logs.filter_log_events(logGroupName=group, logStreamNamePrefix=prefix)
        return sorted(each["logStreamName"] for each in answer["events"])

    assert found("one/") == ["one/a", "one/b"]
    assert found("none") == []
    with pytest.raises(ClientError, match="mutually exclusive"):
        logs.filter_log_events(logGroupName=group, logStreamNamePrefix="o", logStreamNames=["a"])


def test_log_events_go_when_their_group_keeps_them_no_longer(cloud):
    logs, group = cloud.aws("logs"), f"kept-{next(_numbers)}"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    logs.put_retention_policy(logGroupName=group, retentionInDays=3)

    def put():
        event = {"timestamp": int(cloud.now() * 1000), "message": "m"}
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])
        cloud.settle()

    def found():
        return len(logs.filter_log_events(logGroupName=group)["events"])

    put()
    cloud.advance(2 * DAY)
    put()
    assert found() == 2
    cloud.advance(2 * DAY)
    assert found() == 1
    cloud.advance(2 * DAY)
    assert found() == 0
