"""Which snapshot of a data product is the newest? One object per product names it.

The pointer only moves forward, in the order in which files landed: it is replaced if it is still
what was read. It may lag behind a manifest by what crashed in between; the redelivery moves it on.
"""

from __future__ import annotations

from contextlib import suppress

from aws.objects import s3_put, s3_read
from factory.errors import Conflict, NotFound, Throttled
from factory.layout import products
from factory.layout.products import Snapshot
from factory.products import pointer as pointers
from factory.products.landed import Landed
from factory.products.pointer import Pointer

ATTEMPTS = 10  # each failed one means that another snapshot was published meanwhile


def latest(bucket: str, product: str) -> Snapshot | None:
    """Return the newest snapshot of *product*; None before the first."""
    found = pointer(bucket, product)
    return found.newest if found else None


def pointer(bucket: str, product: str) -> Pointer | None:
    """Return what is kept of the snapshots of *product*; None before the first."""
    found, _ = _read(bucket, product)
    return found


def advance(to: Snapshot, landed: Landed) -> Snapshot:
    """Let the pointer know *to*, whose file *landed* then; return which snapshot is the newest."""
    for _ in range(ATTEMPTS):
        before, etag = _read(to.bucket, to.product)
        now = before.moved(to, landed) if before else pointers.first(to, landed)
        if now == before:
            return now.newest
        with suppress(Conflict, NotFound, Throttled):  # 412, 404 of If-Match, 409
            _write(now, etag)
            return now.newest
    raise Conflict(
        f"{products.latest(to.bucket, to.product)}: somebody else was first at each of {ATTEMPTS} "
        f"attempts to tell it of snapshot {to.number}; publish that file again"
    )


def _read(bucket: str, product: str) -> tuple[Pointer | None, str]:
    """Return the pointer and the ETag of its object; None and no ETag without one."""
    try:
        body, etag = s3_read(products.latest(bucket, product))
    except NotFound:
        return None, ""
    return Pointer.of(body, bucket, product), etag


def _write(now: Pointer, etag: str) -> None:
    uri = products.latest(now.newest.bucket, now.newest.product)
    s3_put(uri, now.document, if_match=etag, if_none_match=not etag)
