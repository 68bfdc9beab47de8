"""What does Object Lock keep, and from whom?"""

from __future__ import annotations

import datetime as dt
from typing import Any

from localcloud.truths.policies import allow
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

MODES = "Amazon S3 User Guide, Locking objects with Object Lock: Retention modes"
SETTING = "Amazon S3 User Guide, Object Lock considerations"


def days(world: World, number: int) -> Any:
    """Return a moment that many days from now."""
    return world.now() + dt.timedelta(days=number)


def locked(world: World, mode: str = "", until: int = 2) -> Any:
    """Return the place of a version of an object under this mode, and a writer's keys."""
    bucket = world.bucket(ObjectLockEnabledForBucket=True)
    s3 = world.aws("s3")
    lock = {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": days(world, until)} if mode else {}
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"1", **lock)["VersionId"]
    return s3, {"Bucket": bucket, "Key": "k", "VersionId": version}


def retention(world: World, mode: str, until: int) -> dict[str, Any]:
    """Return what PutObjectRetention is asked for: a lock that ends in *until* days."""
    return {"Retention": {"Mode": mode, "RetainUntilDate": days(world, until)}}


@truth("s3", MODES, ["denied", "done"])
def governance_yields_to_those_who_may_bypass_it(world: World) -> Any:
    """A version under GOVERNANCE is deleted only with the bypass header."""
    s3, at = locked(world, "GOVERNANCE")
    return [
        outcome(s3.delete_object, **at),
        outcome(s3.delete_object, **at, BypassGovernanceRetention=True),
    ]


@truth("s3", MODES, ["denied", "done"], needs="s3 iam sts")
def the_bypass_needs_a_permission_of_its_own(world: World) -> Any:
    """Bypassing governance needs s3:BypassGovernanceRetention besides the deletion's right."""
    _, at = locked(world, "GOVERNANCE")
    where = f"arn:aws:s3:::{at['Bucket']}/*"
    delete = allow("s3:DeleteObjectVersion", where)
    bypass = allow("s3:BypassGovernanceRetention", where)
    asked = {**at, "BypassGovernanceRetention": True}
    return [
        world.actor(delete).outcome("s3", "delete_object", **asked),
        world.actor(delete, bypass).outcome("s3", "delete_object", **asked),
    ]


@truth("s3", MODES, ["denied", "denied"])
def compliance_yields_to_nobody(world: World) -> Any:
    """No user, the root included, deletes a version under COMPLIANCE, bypass or not."""
    s3, at = locked(world, "COMPLIANCE")
    return [
        outcome(s3.delete_object, **at),
        outcome(s3.delete_object, **at, BypassGovernanceRetention=True),
    ]


@truth("s3", MODES, ["denied", "denied", "done"])
def compliance_is_only_ever_prolonged(world: World) -> Any:
    """A COMPLIANCE retention is neither shortened nor made GOVERNANCE, but it can be extended."""
    s3, at = locked(world, "COMPLIANCE")
    wanted = [("COMPLIANCE", 1), ("GOVERNANCE", 3), ("COMPLIANCE", 3)]
    return [
        outcome(s3.put_object_retention, **at, **retention(world, mode, until))
        for mode, until in wanted
    ]


@truth("s3", MODES, ["denied", "done"])
def governance_is_shortened_with_the_bypass_alone(world: World) -> Any:
    """A GOVERNANCE retention is shortened only with the bypass header."""
    s3, at = locked(world, "GOVERNANCE")
    wanted = retention(world, "GOVERNANCE", 1)
    return [
        outcome(s3.put_object_retention, **at, **wanted),
        outcome(s3.put_object_retention, **at, **wanted, BypassGovernanceRetention=True),
    ]


@truth("s3", "Amazon S3 User Guide, Object Lock: Legal hold", ["denied", "done"])
def a_legal_hold_keeps_until_it_is_lifted(world: World) -> Any:
    """A version under a legal hold is not deleted, whatever its retention."""
    s3, at = locked(world)
    s3.put_object_legal_hold(**at, LegalHold={"Status": "ON"})
    held = outcome(s3.delete_object, **at, BypassGovernanceRetention=True)
    s3.put_object_legal_hold(**at, LegalHold={"Status": "OFF"})
    return [held, outcome(s3.delete_object, **at)]


@truth("s3", "Amazon S3 User Guide, Object Lock: Default retention", ["GOVERNANCE", "denied"])
def a_default_retention_counts_for_every_new_version(world: World) -> Any:
    """A bucket's default retention is that of each version written without one."""
    bucket, s3 = world.bucket(ObjectLockEnabledForBucket=True), world.aws("s3")
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    s3.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    at = {"Bucket": bucket, "Key": "k", "VersionId": version}
    held = s3.get_object_retention(**at)["Retention"]["Mode"]
    return [held, outcome(s3.delete_object, **at)]


@truth("s3", SETTING, [True, True, ["v2"]])
def a_locked_version_can_be_hidden_but_not_lost(world: World) -> Any:
    """A delete without a version and a new write succeed: they add to the locked version."""
    s3, at = locked(world, "COMPLIANCE")
    where = {name: at[name] for name in ("Bucket", "Key")}
    hidden = s3.delete_object(**where)["DeleteMarker"]
    s3.put_object(**where, Body=b"v2")
    kept = s3.get_object(**at)["Body"].read() == b"1"
    return [hidden, kept, [s3.get_object(**where)["Body"].read().decode()]]


@ministack_says(
    ["done"],
    "the guide: versioning cannot be suspended; MiniStack suspends it",
)
@truth("s3", SETTING, ["InvalidBucketState"])
def versions_stay_on_where_there_is_a_lock(world: World) -> Any:
    """Versioning cannot be suspended on a bucket with Object Lock."""
    bucket, s3 = world.bucket(ObjectLockEnabledForBucket=True), world.aws("s3")
    off = {"Status": "Suspended"}
    return [outcome(s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration=off)]


@truth("s3", SETTING, ["InvalidRequest"])
def a_lock_needs_a_bucket_that_has_locks(world: World) -> Any:
    """An object in a bucket without Object Lock cannot be given a retention."""
    bucket, s3 = world.bucket(), world.aws("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    wanted = retention(world, "GOVERNANCE", 1)
    return [outcome(s3.put_object_retention, Bucket=bucket, Key="k", **wanted)]
