from __future__ import annotations

import json

import pytest


@pytest.fixture
def watched(build):
    """Build a bucket whose events all reach a queue."""

    def make(**bucket):
        rule = {
            "EventPattern": {
                "source": ["aws.s3"],
                "detail": {"bucket": {"name": [{"Ref": "Bucket"}]}},
            },
            "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
        }
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }
        document = {"Version": "2012-10-17", "Statement": [statement]}
        enabled = {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
        return build(
            {
                "Bucket": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {"NotificationConfiguration": enabled, **bucket},
                },
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Policy": {
                    "Type": "AWS::SQS::QueuePolicy",
                    "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": document},
                },
                "Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
            }
        )

    return make


@pytest.fixture
def arrived(cloud, drain):
    """Return the S3 events that have reached the stack's queue."""

    def take(stack):
        cloud.settle()
        return [json.loads(message["Body"]) for message in drain(stack["Queue"])]

    return take


def test_a_created_object_is_reported_in_the_shape_of_aws(cloud, watched, arrived):
    stack = watched(VersioningConfiguration={"Status": "Enabled"})
    answer = cloud.aws("s3").put_object(Bucket=stack["Bucket"], Key="a b/ü.csv", Body=b"abc")
    (event,) = arrived(stack)
    assert event["detail-type"] == "Object Created"
    assert event["resources"] == [f"arn:aws:s3:::{stack['Bucket']}"]
    detail = event["detail"]
    assert int(detail["object"].pop("sequencer"), 16) > 0
    assert len(detail.pop("request-id")) == 16
    assert detail == {
        "version": "0",
        "bucket": {"name": stack["Bucket"]},
        "object": {
            "key": "a b/ü.csv",
            "size": 3,
            "etag": answer["ETag"].strip('"'),
            "version-id": answer["VersionId"],
        },
        "requester": "123456789012",
        "source-ip-address": "127.0.0.1",
        "reason": "PutObject",
    }


def test_copies_and_multipart_uploads_name_their_reason_once(cloud, watched, arrived):
    stack = watched()
    s3, bucket = cloud.aws("s3"), stack["Bucket"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="big", PartNumber=1, UploadId=upload, Body=b"abc")
    s3.complete_multipart_upload(
        Bucket=bucket,
        Key="big",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "big"})
    events = arrived(stack)
    reported = [(event["detail"]["object"]["key"], event["detail"]["reason"]) for event in events]
    assert reported == [("big", "CompleteMultipartUpload"), ("copy", "CopyObject")]
    assert "version-id" not in events[0]["detail"]["object"]


def test_deletions_say_whether_they_are_for_good(cloud, watched, arrived):
    stack = watched(VersioningConfiguration={"Status": "Enabled"})
    s3, bucket = cloud.aws("s3"), stack["Bucket"]
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"abc")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=version)
    _, marked, gone = [event["detail"] for event in arrived(stack)]
    assert (marked["reason"], marked["deletion-type"]) == ("DeleteObject", "Delete Marker Created")
    assert marked["object"]["version-id"] == marker
    assert (gone["deletion-type"], gone["object"]["version-id"]) == ("Permanently Deleted", version)


def test_deleting_nothing_is_not_reported(cloud, watched, arrived):
    stack = watched()
    cloud.aws("s3").delete_object(Bucket=stack["Bucket"], Key="nothing")
    assert arrived(stack) == []


def test_sequencers_rise(cloud, watched, arrived):
    stack = watched()
    for body in (b"a", b"b", b"c"):
        cloud.aws("s3").put_object(Bucket=stack["Bucket"], Key="k", Body=body)
    sequencers = [event["detail"]["object"]["sequencer"] for event in arrived(stack)]
    assert sequencers == sorted(set(sequencers))
    assert len(sequencers) == 3


def test_tags_acl_and_restore_are_reported_and_tags_of_a_new_object_are_not(
    cloud, watched, arrived
):
    stack, s3 = watched(), cloud.aws("s3")
    at = {"Bucket": stack["Bucket"], "Key": "a"}
    s3.put_object(**at, Body=b"x", Tagging="a=b", StorageClass="GLACIER")
    assert [event["detail-type"] for event in arrived(stack)] == ["Object Created"]
    s3.put_object_tagging(**at, Tagging={"TagSet": [{"Key": "a", "Value": "c"}]})
    s3.delete_object_tagging(**at)
    s3.put_object_acl(**at, ACL="private")
    s3.restore_object(**at, RestoreRequest={"Days": 2})
    events = arrived(stack)
    assert [event["detail-type"] for event in events] == [
        "Object Tags Added",
        "Object Tags Deleted",
        "Object ACL Updated",
        "Object Restore Initiated",
        "Object Restore Completed",
    ]
    assert events[0]["detail"]["object"]["key"] == "a"
    assert events[-1]["detail"]["source-storage-class"] == "GLACIER"
    assert "restore-expiry-time" in events[-1]["detail"]
