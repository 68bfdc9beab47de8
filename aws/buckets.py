"""What must be known of a bucket before it goes, and how does one become empty?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from aws.calls import client, translated
from factory.errors import NotFound, ServiceError

BATCH = 1000  # versions that one call may delete


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
