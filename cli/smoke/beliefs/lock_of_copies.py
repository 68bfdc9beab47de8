"""Does S3 copy into a bucket that locks all of its objects?"""

from __future__ import annotations

import aws
from aws import buckets
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench, holds
from factory.layout import objects


def check(bench: Bench) -> str:
    """Copy an object into a bucket with locks by default, and read the copy's lock."""
    source, target = bench.place("plain"), bench.name("locked")
    bench.journal.note("bucket", target)
    buckets.make(target, tags=bench.tags(), locked=True)
    version = aws.s3_put(source, b"to be locked") or ""
    copied = objects.kept(target, "copy")
    holds(lambda: aws.s3_copy_measured(source, copied, version=version, if_none_match=True))
    found = aws.s3_head(copied)
    if found.get("ObjectLockMode") != "GOVERNANCE":
        raise Refuted(f"the lock of the copy is {found.get('ObjectLockMode', 'none')}")
    return f"the copy is locked until {found['ObjectLockRetainUntilDate']}"


BELIEF = Belief(
    id="N3",
    sentence="S3 copies into a bucket with locks by default, and locks the copy",
    check=check,
    actions=(
        "s3:BypassGovernanceRetention",
        "s3:GetObjectRetention",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutObjectRetention",
    ),
    failure=(
        "No approval can be completed: the message fails five times at `promote`. AWS's words say "
        "which header it misses; `aws/copies.py` makes the call."
    ),
)
