"""Which buckets are the stage's, and how does one go that was written once?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from cli.cloud import STACKS
from factory.errors import Refused, ServiceError
from factory.stage import TAG, stage

BATCH = 1000  # versions that one call may delete
LOCKLESS = "ObjectLockConfigurationNotFoundError"
UNTAGGED = "NoSuchTagSet"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """One bucket and what must be known of it before it may go."""

    name: str
    stack: str
    """The stack that made it, or nothing if that stack is gone."""
    stage: str
    """The stage that it was made for, or nothing if it does not say."""
    lock: str
    """`GOVERNANCE`, `COMPLIANCE`, or nothing where versions are not locked."""


def of(aws: Any, stacks: Mapping[str, Any]) -> list[Bucket]:
    """Return the buckets of the *stacks*, and those that a stage left behind which is gone."""
    s3 = aws.client("s3")
    there = {b["Name"] for b in s3.list_buckets()["Buckets"] if b["Name"].startswith(STACKS)}
    owners = {
        resource["PhysicalResourceId"]: name
        for name, resources in stacks.items()
        for resource in resources
        if resource["ResourceType"] == "AWS::S3::Bucket"
    }
    found = [_bucket(s3, name, owners.get(name, "")) for name in sorted(there)]
    return [bucket for bucket in found if bucket.stack or _removable(bucket)]


def demand_removable(found: Iterable[Bucket]) -> None:
    """Raise Refused for the first bucket that is not of a stage which may be removed."""
    for bucket in found:
        if not bucket.stage:
            raise Refused(
                f"bucket {bucket.name}: it does not say which stage it is of; deploy the stage "
                f"again (cdk deploy --all), which writes that down under the tag {TAG}"
            )
        if not _removable(bucket):
            raise Refused(
                f"bucket {bucket.name}: it is of the stage {bucket.stage}, which is kept on "
                "purpose; only a dev stage can be torn down"
            )
        if bucket.lock == "COMPLIANCE":
            raise Refused(
                f"bucket {bucket.name}: its versions are locked in COMPLIANCE mode, which nobody "
                "can undo; only a dev stage can be torn down"
            )


def empty(s3: Any, name: str) -> None:
    """Delete every version of every object, those under a lock of GOVERNANCE too.

    A bucket that is gone is empty.
    """
    if name not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        return
    versions = s3.get_paginator("list_object_versions").paginate(Bucket=name)
    listed = (
        {"Key": version["Key"], "VersionId": version["VersionId"]}
        for page in versions
        for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    )
    while batch := list(islice(listed, BATCH)):
        answer = s3.delete_objects(
            Bucket=name,
            Delete={"Objects": batch, "Quiet": True},
            BypassGovernanceRetention=True,
        )
        for error in answer.get("Errors", ()):
            raise ServiceError(
                f"bucket {name}: {error['Key']} was not deleted: {error['Message']}; mend that "
                "and run the teardown again"
            )


def remove(s3: Any, name: str) -> None:
    """Empty the bucket and delete it."""
    empty(s3, name)
    s3.delete_bucket(Bucket=name)


def _removable(bucket: Bucket) -> bool:
    return bool(bucket.stage) and stage(bucket.stage).removable


def _bucket(s3: Any, name: str, stack: str) -> Bucket:
    tags = _answer(s3.get_bucket_tagging, UNTAGGED, Bucket=name).get("TagSet", ())
    said = {tag["Key"]: tag["Value"] for tag in tags}.get(TAG, "")
    return Bucket(name=name, stack=stack, stage=said, lock=_lock(s3, name))


def _lock(s3: Any, name: str) -> str:
    answer = _answer(s3.get_object_lock_configuration, LOCKLESS, Bucket=name)
    rule = answer.get("ObjectLockConfiguration", {}).get("Rule", {})
    return str(rule.get("DefaultRetention", {}).get("Mode", ""))


def _answer(call: Any, nothing: str, **arguments: str) -> dict[str, Any]:
    """Return what *call* answers, or an empty answer for the error *nothing*."""
    try:
        return dict(call(**arguments))
    except ClientError as exc:
        if exc.response["Error"]["Code"] != nothing:
            raise
        return {}
