"""Under which key is each object stored?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import aws
from aws.calls import pages
from cli.smoke.belief import Belief, Refuted, Skipped
from cli.smoke.bench import Bench
from factory.layout import objects

BUCKETS = ("WorkBucket", "EvidenceBucket", "CapturesBucket", "ProductsBucket", "ApprovedBucket")
MOST = 50  # objects of each bucket that are looked at: what makes them is the same


def check(bench: Bench) -> str:
    """Ask S3 about objects of every bucket in which the stage keeps what runs make."""
    key, looked = bench.key(), 0
    for name in (each for each in BUCKETS if each in bench.outputs):
        for found in _objects(bench.outputs[name]):
            used = aws.s3_head(found).get("SSEKMSKeyId", "no key of KMS")
            if used != key:
                raise Refuted(f"{found} is stored under {used}, and the stage's key is {key}")
            looked += 1
    if not looked:
        raise Skipped("the stage's buckets are empty; land data, and ask again after a run")
    return f"{looked} objects are stored under {key}"


def _objects(bucket: str) -> Iterator[str]:
    listed = pages("s3", "list_objects_v2", "Contents", Bucket=bucket)
    yield from (objects.kept(bucket, each["Key"]) for each in itertools.islice(listed, MOST))


BELIEF = Belief(
    id="S7",
    sentence="what jobs and endpoints store is under the stage's own key",
    check=check,
    actions=("kms:Decrypt", "kms:DescribeKey", "s3:GetObject", "s3:ListBucket"),
    needs="a run has ended; captures are looked at where there are any",
    failure=(
        "Bytes under S3's own key (aws/s3) cannot be shared with another account, and revoking the "
        "stage's key does not revoke them. Say `KmsKeyId` in the output of the job that wrote the "
        "object."
    ),
)
