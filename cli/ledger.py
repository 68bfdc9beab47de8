"""What lies in the ledger? Every version of every segment, and what the index remembers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from factory.ledger.chain import Head

READERS = 4  # segments that are read at the same time
HIDDEN = "deleted: a delete marker hides what was written"


def head(dynamodb: Any, table: str) -> Head | None:
    """Return what the index remembers as the last segment; read it first, so it is not newer."""
    found = dynamodb.get_item(TableName=table, Key={"pk": {"S": "HEAD"}}, ConsistentRead=True)
    if "Item" not in found:
        return None
    return Head(index=int(found["Item"]["index"]["N"]), digest=found["Item"]["digest"]["S"])


def versions(s3: Any, bucket: str) -> list[tuple[str, bytes | None]]:
    """Return every version of every object, the oldest first; None stands for a delete marker."""
    listed: list[tuple[str, Any, str, bool]] = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for kind, kept in (("Versions", True), ("DeleteMarkers", False)):
            listed += [
                (v["Key"], v["LastModified"], v["VersionId"], kept) for v in page.get(kind, [])
            ]

    def body(version: tuple[str, Any, str, bool]) -> tuple[str, bytes | None]:
        key, _, identity, kept = version
        where = {"Bucket": bucket, "Key": key, "VersionId": identity}
        return key, s3.get_object(**where)["Body"].read() if kept else None

    with ThreadPoolExecutor(READERS) as readers:
        return list(readers.map(body, sorted(listed)))
