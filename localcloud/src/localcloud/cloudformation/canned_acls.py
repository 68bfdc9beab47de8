"""What does a bucket's AccessControl, the old way to open it to others, become?"""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import ClientError

PRIVATE = "Private"
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def apply(s3: Any, bucket: str, access: str) -> None:
    """Give a bucket a canned ACL; any but Private only where its owner lets ACLs count."""
    if access != PRIVATE and not _counts(s3, bucket):
        raise ValueError(
            f"Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting: "
            f"AccessControl {access} needs OwnershipControls with another ObjectOwnership"
        )
    s3.put_bucket_acl(Bucket=bucket, ACL=_WORD.sub("-", access).lower())


def remove(s3: Any, bucket: str) -> None:
    """Make a bucket private again."""
    apply(s3, bucket, PRIVATE)


def _counts(s3: Any, bucket: str) -> bool:
    """Tell whether ACLs count: only where the bucket's ownership controls say so."""
    try:
        controls = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "OwnershipControlsNotFoundError":
            raise
        return False
    return any(rule["ObjectOwnership"] != "BucketOwnerEnforced" for rule in controls["Rules"])
