"""Which buckets are the stage's, and may they go?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aws import buckets
from factory.errors import Refused
from factory.layout.names import deployment
from factory.stage import TAG, stage


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


def of(stacks: Mapping[str, Any], stage: str) -> list[Bucket]:
    """Return the buckets of the *stacks* of *stage*, and those that earlier ones left behind."""
    owners = {
        resource["PhysicalResourceId"]: name
        for name, resources in stacks.items()
        for resource in resources
        if resource["ResourceType"] == "AWS::S3::Bucket"
    }
    named = sorted(name for name in buckets.names() if name.startswith(f"{deployment(stage)}-"))
    found = [_bucket(name, owners.get(name, "")) for name in named]
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


def _removable(bucket: Bucket) -> bool:
    return bool(bucket.stage) and stage(bucket.stage).removable


def _bucket(name: str, stack: str) -> Bucket:
    made_for = buckets.tags(name).get(TAG, "")
    return Bucket(name=name, stack=stack, stage=made_for, lock=buckets.lock_mode(name))
