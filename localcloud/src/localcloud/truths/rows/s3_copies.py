"""What becomes of an object that S3 itself copies?"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from localcloud.truths.row import truth
from localcloud.truths.rows.s3 import CONDITIONS, versioned
from localcloud.truths.things import outcome
from localcloud.truths.world import World


@truth("s3", CONDITIONS, ["done", "PreconditionFailed", b"1"])
def a_copy_if_none_match_happens_once(world: World) -> Any:
    """CopyObject with If-None-Match: * fails with 412 when the target's key is there."""
    bucket, s3, put = versioned(world)
    versions = [put(b"1"), put(b"2")]
    at = {"Bucket": bucket, "Key": "copy"}
    tries = [
        outcome(
            s3.copy_object,
            **at,
            CopySource={"Bucket": bucket, "Key": "k", "VersionId": version},
            IfNoneMatch="*",
        )
        for version in versions
    ]
    return [*tries, s3.get_object(**at)["Body"].read()]


@truth("s3", CONDITIONS, ["PreconditionFailed", "done", "NoSuchKey"])
def a_copy_if_match_needs_the_target_that_it_names(world: World) -> Any:
    """CopyObject with If-Match fails with 412 for another ETag and with 404 for no target."""
    bucket, s3, put = versioned(world)
    put(b"1")
    tag = s3.put_object(Bucket=bucket, Key="target", Body=b"2")["ETag"]
    other = f'"{"0" * 32}"'
    source = {"Bucket": bucket, "Key": "k"}
    return [
        outcome(s3.copy_object, Bucket=bucket, Key=key, CopySource=source, IfMatch=given)
        for key, given in (("target", other), ("target", tag), ("none", tag))
    ]


@truth("s3", "Amazon S3 API Reference, CopyObject: x-amz-checksum-algorithm", [True, True])
def a_copy_tells_the_checksum_of_all_its_bytes(world: World) -> Any:
    """CopyObject computes the checksum that is asked for, over the whole object and not its parts,
    and answers with it; the copy keeps it."""
    bucket, s3 = world.bucket(), world.aws("s3")
    parts = [b"x" * 5 * 2**20, b"y"]
    source, target = {"Bucket": bucket, "Key": "parts"}, {"Bucket": bucket, "Key": "whole"}
    upload = {**source, "UploadId": s3.create_multipart_upload(**source)["UploadId"]}
    done = [
        {"PartNumber": n, "ETag": s3.upload_part(**upload, PartNumber=n, Body=body)["ETag"]}
        for n, body in enumerate(parts, start=1)
    ]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": done})
    answer = s3.copy_object(**target, CopySource=source, ChecksumAlgorithm="SHA256")
    found = s3.head_object(**target, ChecksumMode="ENABLED")
    digest = base64.b64encode(hashlib.sha256(b"".join(parts)).digest()).decode()
    return [
        answer["CopyObjectResult"]["ChecksumSHA256"] == digest,
        found["ChecksumSHA256"] == digest,
    ]


@truth("s3", "Amazon S3 User Guide, Object Lock: Default retention", ["GOVERNANCE", "denied"])
def a_copy_gets_the_default_retention_of_its_bucket(world: World) -> Any:
    """CopyObject into a bucket with a default retention needs no digest of the bytes, and the copy
    is locked as what is written there is."""
    source, s3, put = versioned(world)
    put(b"1")
    bucket = world.bucket(ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    s3.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    at = {"Bucket": bucket, "Key": "copy"}
    version = s3.copy_object(**at, CopySource={"Bucket": source, "Key": "k"})["VersionId"]
    held = s3.get_object_retention(**at, VersionId=version)["Retention"]["Mode"]
    return [held, outcome(s3.delete_object, **at, VersionId=version)]


@truth("s3", CONDITIONS, ["PreconditionFailed", "done", "PreconditionFailed", "done"])
def a_copy_if_its_source_is_the_one_that_was_seen(world: World) -> Any:
    """CopyObject and UploadPartCopy fail with 412 when the source has another ETag."""
    bucket, s3, put = versioned(world)
    put(b"1")
    seen = s3.head_object(Bucket=bucket, Key="k")["ETag"]
    to = {"Bucket": bucket, "Key": "part", "CopySource": {"Bucket": bucket, "Key": "k"}}
    upload = s3.create_multipart_upload(Bucket=bucket, Key="part")["UploadId"]
    part = {**to, "UploadId": upload, "PartNumber": 1}
    other = f'"{"0" * 32}"'
    return [
        outcome(call, **given, CopySourceIfMatch=tag)
        for call, given in ((s3.copy_object, to), (s3.upload_part_copy, part))
        for tag in (other, seen)
    ]
