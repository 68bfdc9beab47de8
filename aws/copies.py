"""How are bytes copied without being read? By S3 itself, which says the digest of all of them."""

from __future__ import annotations

import base64
import re

from aws.calls import client, translated
from aws.objects import place

WHOLE = re.compile(r"[A-Za-z0-9+/]{43}=")
"""A SHA-256 of an object; one of parts ends in how many they were."""


def s3_copy_measured(
    source: str, target: str, *, version: str, if_none_match: bool = False
) -> tuple[str, str]:
    """Copy one *version* of an object; return the copy's version and the SHA-256 of its bytes.

    5 GB at most. Tags and metadata of the source are left behind: reading tags is another right.
    Conflict when *if_none_match* and the target exists.
    """
    condition = {"IfNoneMatch": "*"} if if_none_match else {}
    with translated(f"{source} to {target}"):
        answer = client("s3").copy_object(
            **place(target),
            CopySource={**place(source), "VersionId": version},
            ChecksumAlgorithm="SHA256",
            MetadataDirective="REPLACE",
            TaggingDirective="REPLACE",
            **condition,
        )
    return answer["VersionId"], _digest(answer["CopyObjectResult"].get("ChecksumSHA256", ""))


def s3_measured(uri: str) -> tuple[str, str]:
    """Return an object's version and its SHA-256 as S3 knows it; empty when it knows none.

    NotFound when it is not there.
    """
    with translated(uri):
        found = client("s3").head_object(**place(uri), ChecksumMode="ENABLED")
    return found["VersionId"], _digest(found.get("ChecksumSHA256", ""))


def _digest(checksum: str) -> str:
    """Return a checksum in hexadecimal digits; empty when it is not of the whole object."""
    return base64.b64decode(checksum).hex() if WHOLE.fullmatch(checksum) else ""
