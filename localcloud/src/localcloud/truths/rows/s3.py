"""What becomes of objects: versions, conditions, checksums?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome, until
from localcloud.truths.world import World

CONDITIONS = "Amazon S3 User Guide, Add preconditions to S3 operations with conditional requests"
NOTIFICATIONS = "Amazon S3 User Guide, Using EventBridge"


def versioned(world: World) -> Any:
    """Return a bucket with versions, the S3 client, and a function that writes to the key k."""
    bucket, s3 = world.bucket(), world.aws("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket, s3, lambda body: s3.put_object(Bucket=bucket, Key="k", Body=body)["VersionId"]


@truth("s3", "Amazon S3 User Guide, Working with delete markers",
       [True, "NoSuchKey", b"1", b"2"])  # fmt: skip
def a_deletion_in_a_versioned_bucket_puts_a_marker_on_top(world: World) -> Any:
    """A delete without a version hides the object; the versions stay, and deleting the marker
    brings the latest back."""
    bucket, s3, put = versioned(world)
    at = {"Bucket": bucket, "Key": "k"}
    first = put(b"1")
    put(b"2")
    marker = s3.delete_object(**at)
    gone = outcome(s3.get_object, **at)
    old = s3.get_object(**at, VersionId=first)["Body"].read()
    s3.delete_object(**at, VersionId=marker["VersionId"])
    return [marker["DeleteMarker"], gone, old, s3.get_object(**at)["Body"].read()]


@truth("s3", CONDITIONS, ["done", "PreconditionFailed", b"1"])
def a_write_if_none_match_happens_once(world: World) -> Any:
    """PutObject with If-None-Match: * fails with 412 when the key is there."""
    bucket, s3 = world.bucket(), world.aws("s3")
    at = {"Bucket": bucket, "Key": "k"}
    tries = [outcome(s3.put_object, **at, Body=body, IfNoneMatch="*") for body in (b"1", b"2")]
    return [*tries, s3.get_object(**at)["Body"].read()]


@truth("s3", CONDITIONS, ["PreconditionFailed", "done", "NoSuchKey"])
def a_write_if_match_needs_the_tag_it_names(world: World) -> Any:
    """PutObject with If-Match fails with 412 for another ETag and with 404 for no object."""
    bucket, s3 = world.bucket(), world.aws("s3")
    tag = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["ETag"]
    other = f'"{"0" * 32}"'
    asked = [("k", other), ("k", tag), ("none", tag)]
    return [
        outcome(s3.put_object, Bucket=bucket, Key=key, Body=b"2", IfMatch=given)
        for key, given in asked
    ]


@truth("s3", "Amazon S3 API Reference, CompleteMultipartUpload", ["PreconditionFailed", "done"])
def an_upload_in_parts_may_be_conditional_too(world: World) -> Any:
    """CompleteMultipartUpload honours If-None-Match: *."""
    bucket, s3 = world.bucket(), world.aws("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")

    def uploading(key: str) -> Any:
        at = {"Bucket": bucket, "Key": key}
        upload = {**at, "UploadId": s3.create_multipart_upload(**at)["UploadId"]}
        tag = s3.upload_part(**upload, PartNumber=1, Body=b"2")["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
        return outcome(
            s3.complete_multipart_upload, **upload, MultipartUpload=parts, IfNoneMatch="*"
        )

    return [uploading("k"), uploading("new")]


@truth("s3", "Amazon S3 User Guide, Checking object integrity", ["BadDigest", "NoSuchKey"])
def a_body_that_does_not_fit_its_checksum_is_refused(world: World) -> Any:
    """A write whose checksum is not the body's fails with BadDigest and stores nothing."""
    bucket, s3 = world.bucket(), world.aws("s3")
    at = {"Bucket": bucket, "Key": "k"}
    wrong = "A" * 43 + "="
    return [
        outcome(s3.put_object, **at, Body=b"1", ChecksumSHA256=wrong),
        outcome(s3.get_object, **at),
    ]


@truth("s3", "Amazon S3 API Reference, GetObject: Range", [b"234", "InvalidRange"])
def a_part_of_an_object_can_be_read(world: World) -> Any:
    """Range reads the bytes it names; beyond the end it fails with 416 InvalidRange."""
    bucket, s3 = world.bucket(), world.aws("s3")
    at = {"Bucket": bucket, "Key": "k"}
    s3.put_object(**at, Body=b"0123456789")
    read = s3.get_object(**at, Range="bytes=2-4")["Body"].read()
    return [read, outcome(s3.get_object, **at, Range="bytes=10-")]


@truth("s3", "Amazon S3 User Guide, Organizing objects using prefixes",
       [["a/", "b/"], ["c"], ["a/1"]])  # fmt: skip
def a_delimiter_groups_keys(world: World) -> Any:
    """Keys that share what stands before the delimiter are listed once, as a common prefix."""
    bucket, s3 = world.bucket(), world.aws("s3")
    for key in ("a/1", "a/2", "b/1", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    found = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    rest = s3.list_objects_v2(Bucket=bucket, Prefix="a/", MaxKeys=1)
    return [
        [each["Prefix"] for each in found["CommonPrefixes"]],
        [each["Key"] for each in found["Contents"]],
        [each["Key"] for each in rest["Contents"]],
    ]


@ministack_says(
    ["done"],
    "the guide: 5 MiB; MiniStack takes any part",
)
@truth("s3", "Amazon S3 User Guide, Multipart upload limits", ["EntityTooSmall"])
def all_parts_but_the_last_have_a_least_size(world: World) -> Any:
    """A part of less than 5 MiB that is not the last makes the completion fail."""
    bucket, s3 = world.bucket(), world.aws("s3")
    at = {"Bucket": bucket, "Key": "k"}
    upload = {**at, "UploadId": s3.create_multipart_upload(**at)["UploadId"]}
    parts = [
        {"PartNumber": n, "ETag": s3.upload_part(**upload, PartNumber=n, Body=b"x")["ETag"]}
        for n in (1, 2)
    ]
    return [outcome(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts})]


@truth("s3", "Amazon S3 API Reference, DeleteBucket", ["BucketNotEmpty", "done"])
def a_bucket_with_objects_is_not_deleted(world: World) -> Any:
    """DeleteBucket refuses a bucket with objects or versions."""
    bucket, s3, put = versioned(world)
    version = put(b"1")
    refused = outcome(s3.delete_bucket, Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="k", VersionId=version)
    return [refused, outcome(s3.delete_bucket, Bucket=bucket)]


def reported(world: World, *, enabled: bool) -> Any:
    """Return a bucket, and the queue to which a rule brings the bucket's events."""
    bucket, queue, events = world.bucket(), world.queue(), world.aws("events")
    pattern = f'{{"source": ["aws.s3"], "detail": {{"bucket": {{"name": ["{bucket}"]}}}}}}'
    rule = world.name()
    queue.admit("events", events.put_rule(Name=rule, EventPattern=pattern)["RuleArn"])
    events.put_targets(
        Rule=rule, Targets=[{"Id": "q", "Arn": queue.arn, "InputPath": "$.detail-type"}]
    )
    bridge: dict[str, Any] = {"EventBridgeConfiguration": {}} if enabled else {}
    world.aws("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=bridge
    )
    return bucket, queue


@truth("s3", NOTIFICATIONS, ['"Object Created"', '"Object Deleted"'], needs="s3 events sqs")
def eventbridge_learns_of_objects(world: World) -> Any:
    """A bucket that sends to EventBridge tells of each object created and deleted."""
    bucket, queue = reported(world, enabled=True)
    s3 = world.aws("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    queue.after(1)
    s3.delete_object(Bucket=bucket, Key="k")
    return queue.after(2)


@truth("s3", "Amazon S3 User Guide, Granting permissions to publish event notification messages",
       ["InvalidArgument", "done"], needs="s3 sqs")  # fmt: skip
def a_destination_has_to_admit_the_bucket(world: World) -> Any:
    """A notification to a queue whose policy does not admit S3 is refused when it is set."""
    bucket, queue, s3 = world.bucket(), world.queue(), world.aws("s3")
    to = {"QueueConfigurations": [{"QueueArn": queue.arn, "Events": ["s3:ObjectCreated:*"]}]}
    put = s3.put_bucket_notification_configuration
    refused = outcome(put, Bucket=bucket, NotificationConfiguration=to)
    queue.admit("s3", f"arn:aws:s3:::{bucket}")
    return [refused, outcome(put, Bucket=bucket, NotificationConfiguration=to)]


@truth("s3", NOTIFICATIONS, ['"Object Created"'], needs="s3 events sqs")
def eventbridge_learns_of_nothing_until_it_is_turned_on(world: World) -> Any:
    """Buckets send nothing to EventBridge by default."""
    bucket, queue = reported(world, enabled=False)
    s3 = world.aws("s3")
    s3.put_object(Bucket=bucket, Key="before", Body=b"1")
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    s3.put_object(Bucket=bucket, Key="after", Body=b"1")
    until(queue.take)
    return queue.take()
