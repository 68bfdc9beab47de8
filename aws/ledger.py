"""What is stored in the ledger? Every version of every segment, and all that its index knows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from aws.calls import client, translated
from aws.items import deserialized
from factory.layout import tables
from factory.ledger.chain import Head
from factory.ledger.check import Ledger, Stored

READERS = 4  # segments that are read at the same time


class Listed(NamedTuple):
    """One version of one object."""

    key: str
    modified: datetime
    version: str
    marker: bool
    """Whether it only marks the object as deleted."""


def ledger(bucket: str, table: str, now: datetime) -> Ledger:
    """Return how the ledger of *bucket*, with its index in *table*, is read by whoever calls."""
    return Ledger(
        bucket=bucket,
        head=partial(head, table),
        stored=partial(versions, bucket),
        items=partial(items, table),
        expects=partial(expects, table),
        now=now,
    )


def head(table: str) -> Head | None:
    """Return what the index remembers as the last segment; None when it is of another form."""
    item = _item(table, tables.LEDGER_HEAD) or {}
    index, digest = item.get("index"), item.get("digest")
    if not isinstance(index, int) or not isinstance(digest, str):
        return None
    return Head(index=index, digest=digest)


def expects(table: str, index: int, digest: str) -> bool:
    """Tell whether the index has it that a segment of this digest was to be written."""
    return _item(table, tables.ledger_segment(index, digest)) is not None


def items(table: str) -> Iterator[dict[str, Any]]:
    """Yield every item of the index, page by page."""
    with translated(table):
        pages = client("dynamodb").get_paginator("scan")
        for page in pages.paginate(TableName=table, ConsistentRead=True):
            yield from map(deserialized, page["Items"])


def versions(bucket: str, after: str = "") -> Iterator[Stored]:
    """Yield every version of every object *after* a key, in the order of keys, the oldest first.

    They are read page by page, so that a ledger of any length fits.
    """
    s3 = client("s3")
    start = {"KeyMarker": after} if after else {}
    with translated(bucket), ThreadPoolExecutor(READERS) as readers:
        pages = s3.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=bucket, **start):
            yield from readers.map(partial(_read, s3, bucket), sorted(_listed(page)))


def _read(s3: Any, bucket: str, listed: Listed) -> Stored:
    """Read one version with its lock; who may not see locks is told that there is none."""
    if listed.marker:
        return Stored(key=listed.key, data=None, modified=listed.modified)
    found = s3.get_object(Bucket=bucket, Key=listed.key, VersionId=listed.version)
    return Stored(
        key=listed.key,
        data=found["Body"].read(),
        modified=listed.modified,
        mode=found.get("ObjectLockMode", ""),
        until=found.get("ObjectLockRetainUntilDate"),
    )


def _listed(page: Any) -> Iterator[Listed]:
    for kind, marker in (("Versions", False), ("DeleteMarkers", True)):
        for each in page.get(kind, []):
            yield Listed(each["Key"], each["LastModified"], each["VersionId"], marker)


def _item(table: str, key: str) -> dict[str, Any] | None:
    with translated(table):
        found = client("dynamodb").get_item(
            TableName=table, Key={tables.PK: {"S": key}}, ConsistentRead=True
        )
    return deserialized(found["Item"]) if "Item" in found else None
