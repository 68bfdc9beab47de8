"""How does a snapshot come to be, once, whatever crashes or comes twice?

The manifest is the commit: it is written last, and only if its number is free. From which number on
a landed object may have been published is stored before anything else, so that a redelivery looks
from there on, and finds the manifest if there is one. The pointer to the newest snapshot follows
the manifest; where a crash left it behind, the next file finds the number taken and goes on.

Numbers are given in the order of handling, and the newest snapshot is that of the file that landed
last. Who comes late learns it from the pointer, and the manifest keeps it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import aws
from aws import snapshots
from factory.errors import Conflict, NotFound
from factory.layout import products
from factory.layout.products import Snapshot
from factory.products import glue_table, manifest
from factory.products.arrival import Arrival
from factory.products.manifest import Manifest, Publication
from factory.products.pointer import Pointer
from factory.settings import IngestSettings


def publish(publication: Publication, file: Path, settings: IngestSettings) -> None:
    """Publish *file* under the next free number, show the newest snapshot, and report it."""
    bucket, arrival = settings.products_bucket, publication.arrival
    pointer = snapshots.pointer(bucket, arrival.product)
    number, published = _first_number(bucket, arrival, pointer), None
    superseded_by = _newer(pointer, arrival)
    while published is None:
        own = publication.manifest(Snapshot(bucket, arrival.product, number), superseded_by)
        published = _published(own, file)
        number += 1
    _show_newest(published, settings.database)
    aws.emit(settings.bus_name, "ingest", *publication.events(published))


def _newer(pointer: Pointer | None, arrival: Arrival) -> int:
    """Return the newest snapshot if its file landed after *arrival*; 0 if not."""
    return pointer.newest.number if pointer and pointer.overtakes(arrival.landed) else 0


def _first_number(bucket: str, arrival: Arrival, pointer: Pointer | None) -> int:
    """Return the number from which on *arrival* may be published; store it at the first time."""
    uri = products.source(bucket, arrival.product, arrival.id)
    with suppress(NotFound):
        return _stored_number(uri)
    number = pointer.last + 1 if pointer else 1
    try:
        aws.s3_put(uri, json.dumps({"from": number}).encode(), if_none_match=True)
    except Conflict:  # the same object, handled twice at once: the first one's number counts
        return _stored_number(uri)
    return number


def _stored_number(uri: str) -> int:
    return int(json.loads(aws.s3_get(uri))["from"])


def _published(own: Manifest, file: Path) -> Manifest | None:
    """Return the manifest under which *file* is published; None if its number is another's."""
    found = _found(own.snapshot)
    if found is None and _is_stored(file, own):
        found = own if _created(own) else _found(own.snapshot)
    return found if found and found.source == own.source else None


def _found(snapshot: Snapshot) -> Manifest | None:
    try:
        return _manifest(snapshot)
    except NotFound:
        return None


def _is_stored(file: Path, own: Manifest) -> bool:
    """Tell whether the rows are stored now, by this run or an earlier one; never overwrite."""
    try:
        aws.s3_create(file, own.snapshot.data, own.file.sha256)
    except Conflict:
        return aws.s3_sha256(own.snapshot.data) == own.file.sha256
    return True


def _created(own: Manifest) -> bool:
    """Write the manifest; tell whether the number was still free."""
    try:
        aws.s3_put(own.snapshot.manifest, own.document.encode(), if_none_match=True)
    except Conflict:
        return False
    return True


def _show_newest(published: Manifest, database: str) -> None:
    """Move the pointer, and let the catalogue's table show what it names, whoever published it."""
    shown, newest = None, snapshots.advance(published.snapshot, published.order)
    while newest != shown:
        own = newest == published.snapshot
        aws.glue_table_put(database, glue_table.table(published if own else _manifest(newest)))
        shown, newest = newest, snapshots.latest(newest.bucket, newest.product) or newest


def _manifest(snapshot: Snapshot) -> Manifest:
    return manifest.parse(aws.s3_get(snapshot.manifest), snapshot.bucket)
