"""What does S3 say of the bytes of a copy whose source was uploaded in parts?"""

from __future__ import annotations

import hashlib

import aws
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench

PART = 5 * 2**20  # bytes: the least that S3 takes of a part that is not the last


def check(bench: Bench) -> str:
    """Upload an object in two parts, have S3 copy it, and compare what it says with the bytes."""
    source, target = bench.place("parts"), bench.place("copy")
    parts = [b"0" * PART, b"1"]
    version = aws.s3_put_parts(source, parts)
    _, said = aws.s3_copy_measured(source, target, version=version)
    if said != hashlib.sha256(b"".join(parts)).hexdigest():
        raise Refuted(f"the SHA-256 of the copy is {said or 'not of the whole object'}")
    used = aws.s3_head(target).get("SSEKMSKeyId", "no key of KMS")
    if used != bench.key():
        raise Refuted(f"the copy is stored under {used}, and not under the stage's key")
    return f"the copy's SHA-256 is {said[:12]}..., of all its bytes; it is under {used}"


BELIEF = Belief(
    id="N2",
    sentence="a copy has the SHA-256 of all its bytes, and the key of its bucket",
    check=check,
    actions=("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "kms:GenerateDataKey"),
    failure=(
        "`promote` refuses versions whose artifact was uploaded in parts, in the words `swapped`. "
        "It has to read the bytes itself, or S3 has to be asked for a checksum of the full object."
    ),
)
