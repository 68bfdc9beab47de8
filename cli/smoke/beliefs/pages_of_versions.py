"""Where does a page of versions begin?"""

from __future__ import annotations

import aws
from aws.calls import ask
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench


def check(bench: Bench) -> str:
    """Write three objects, and list the versions after the second."""
    bucket = bench.bucket()
    for name in "abc":
        aws.s3_put(bench.place("pages", name), name.encode())
    found = ask(
        "s3",
        "list_object_versions",
        bucket,
        Bucket=bucket,
        Prefix="pages/",
        KeyMarker="pages/b",
    )
    keys = [each["Key"] for each in found.get("Versions", ())]
    if keys != ["pages/c"]:
        raise Refuted(f"after pages/b S3 lists {keys}")
    return f"after pages/b S3 lists {keys}"


BELIEF = Belief(
    id="N4",
    sentence="KeyMarker alone lists the keys after it, and none of its own versions",
    check=check,
    actions=("s3:ListBucketVersions", "s3:PutObject"),
    failure="A check of the ledger could skip a version. Do not rely on `factory audit verify`.",
)
