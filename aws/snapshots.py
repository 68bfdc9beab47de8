"""Which snapshot of a data product is the newest? One object per product names it.

The pointer only moves forward: it is replaced if it is still what was read, and only by a later
snapshot. It may lag behind the newest manifest by what crashed in between; whoever publishes next
moves it on.
"""

from __future__ import annotations

import json
from contextlib import suppress

from aws.objects import s3_put, s3_read
from factory.errors import Conflict, NotFound, Throttled
from factory.layout import products
from factory.layout.products import Snapshot

ATTEMPTS = 10  # each failed one means that another snapshot was published meanwhile


def latest(bucket: str, product: str) -> Snapshot | None:
    """Return the newest snapshot of *product*; None before the first."""
    found, _ = _read(bucket, product)
    return found


def advance(to: Snapshot) -> Snapshot:
    """Let the pointer name *to*, unless it names a later snapshot; return which one it names."""
    for _ in range(ATTEMPTS):
        newest, etag = _read(to.bucket, to.product)
        if newest and newest.number >= to.number:
            return newest
        with suppress(Conflict, NotFound, Throttled):  # 412, 404 of If-Match, 409
            _write(to, etag)
            return to
    raise Conflict(
        f"{products.latest(to.bucket, to.product)}: somebody else was first at each of {ATTEMPTS} "
        f"attempts to move it to snapshot {to.number}; publish that file again"
    )


def _read(bucket: str, product: str) -> tuple[Snapshot | None, str]:
    """Return what the pointer names and the ETag of its object; None and no ETag without one."""
    try:
        body, etag = s3_read(products.latest(bucket, product))
    except NotFound:
        return None, ""
    return Snapshot(bucket, product, json.loads(body)["snapshot"]), etag


def _write(to: Snapshot, etag: str) -> None:
    pointer = json.dumps({"snapshot": to.number, "uri": to.folder}).encode()
    uri = products.latest(to.bucket, to.product)
    s3_put(uri, pointer, if_match=etag, if_none_match=not etag)
