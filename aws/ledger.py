"""What is stored in the ledger? Every version of every segment, and what its index remembers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from aws.calls import client, translated
from aws.items import deserialized
from factory.layout import tables
from factory.ledger.chain import Head

READERS = 4  # segments that are read at the same time
HIDDEN = "deleted: a delete marker hides what was written"


class Stored(NamedTuple):
    """One version of one object."""

    key: str
    modified: Any
    version: str
    marker: bool
    """Whether it only marks the object as deleted."""


def head(table: str) -> Head | None:
    """Return what the index remembers as the last segment; read it first, so it is not newer."""
    with translated(table):
        found = client("dynamodb").get_item(
            TableName=table, Key={tables.PK: {"S": tables.LEDGER_HEAD}}, ConsistentRead=True
        )
    if "Item" not in found:
        return None
    item = deserialized(found["Item"])
    return Head(index=item["index"], digest=item["digest"])


def versions(bucket: str) -> list[tuple[str, bytes | None]]:
    """Return every version of every object, the oldest first; None stands for a delete marker."""
    s3 = client("s3")

    def body(stored: Stored) -> tuple[str, bytes | None]:
        where = {"Bucket": bucket, "Key": stored.key, "VersionId": stored.version}
        return stored.key, None if stored.marker else s3.get_object(**where)["Body"].read()

    with translated(bucket), ThreadPoolExecutor(READERS) as readers:
        return list(readers.map(body, sorted(_stored(s3, bucket))))


def _stored(s3: Any, bucket: str) -> list[Stored]:
    found: list[Stored] = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for kind, marker in (("Versions", False), ("DeleteMarkers", True)):
            found += [
                Stored(each["Key"], each["LastModified"], each["VersionId"], marker)
                for each in page.get(kind, [])
            ]
    return found
