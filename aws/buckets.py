"""What must be known of a bucket before it goes, and how does one become empty?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from aws.calls import client, translated
from factory.errors import NotFound, ServiceError

HOME = "us-east-1"
"""The region that S3 takes no location for."""
_CLOSED = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
BATCH = 1000  # versions that one call may delete


def make(
    bucket: str, *, tags: Sequence[Mapping[str, str]], key: str = "", locked: bool = False
) -> None:
    """Create a versioned bucket in the caller's region, under *key* unless that is empty.

    *locked* locks all of its objects for a day, in GOVERNANCE mode.
    """
    region = client("s3").meta.region_name
    place = {} if region == HOME else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    with translated(bucket):
        s3 = client("s3")
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=locked, **place)
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": list(tags)})
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=_CLOSED)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        if key:
            by = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
            rule = {"ApplyServerSideEncryptionByDefault": by, "BucketKeyEnabled": True}
            configuration = {"Rules": [rule]}
            s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=configuration)
        if locked:
            rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
            lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
            s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=lock)


def names() -> list[str]:
    """Return the names of all buckets that the caller sees."""
    with translated("the buckets"):
        return [str(bucket["Name"]) for bucket in client("s3").list_buckets()["Buckets"]]


def tags(bucket: str) -> dict[str, str]:
    """Return the tags of a bucket."""
    try:
        with translated(bucket):
            found = client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]
    except NotFound:
        return {}
    return {tag["Key"]: tag["Value"] for tag in found}


def lock_mode(bucket: str) -> str:
    """Return `GOVERNANCE` or `COMPLIANCE`, or nothing where versions are not locked."""
    try:
        with translated(bucket):
            found = client("s3").get_object_lock_configuration(Bucket=bucket)
    except NotFound:
        return ""
    rule = found["ObjectLockConfiguration"].get("Rule", {})
    return str(rule.get("DefaultRetention", {}).get("Mode", ""))


def empty(bucket: str) -> None:
    """Delete every version of every object, those under a lock of GOVERNANCE too.

    A bucket that is gone is empty.
    """
    if bucket not in names():
        return
    listed = _versions(bucket)
    while batch := list(islice(listed, BATCH)):
        with translated(bucket):
            answer = client("s3").delete_objects(
                Bucket=bucket,
                Delete={"Objects": batch, "Quiet": True},
                BypassGovernanceRetention=True,
            )
        for error in answer.get("Errors", ()):
            raise ServiceError(
                f"bucket {bucket}: {error['Key']} was not deleted: {error['Message']}"
            )


def remove(bucket: str) -> None:
    """Empty a bucket and delete it."""
    empty(bucket)
    with translated(bucket):
        client("s3").delete_bucket(Bucket=bucket)


def _versions(bucket: str) -> Iterator[dict[str, str]]:
    with translated(bucket):
        for page in client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket):
            for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                yield {"Key": version["Key"], "VersionId": version["VersionId"]}
