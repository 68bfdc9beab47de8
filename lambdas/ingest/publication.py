"""How does a snapshot come to be, once, whatever crashes or comes twice?

The manifest is the commit: it is written last, and only if its number is free. From which number on
a landed object may have been published is stored before anything else, so that a redelivery looks
from there on, and finds the manifest if there is one. The pointer to the newest snapshot follows
the manifest; where a crash left it behind, the next file finds the number taken and goes on.
"""

from __future__ import annotations

import json
from pathlib import Path

import aws
from aws import snapshots
from factory.errors import Conflict, NotFound
from factory.layout import products
from factory.layout.products import Snapshot
from factory.products import glue_table, manifest
from factory.products.arrival import Arrival
from factory.products.manifest import Manifest, Publication
from factory.settings import IngestSettings


def publish(publication: Publication, file: Path, settings: IngestSettings) -> None:
    """Publish *file* under the next free number, show the newest snapshot, and report it."""
    bucket, arrival = settings.products_bucket, publication.arrival
    number, published = _first_number(bucket, arrival), None
    while published is None:
        published = _published(publication, file, Snapshot(bucket, arrival.product, number))
        number += 1
    _show_newest(published, settings.database)
    aws.emit(settings.bus_name, "ingest", publication.event(published))


def _first_number(bucket: str, arrival: Arrival) -> int:
    """Return the number from which on *arrival* may be published; store it at the first time."""
    uri = products.source(bucket, arrival.product, arrival.id)
    try:
        return _stored_number(uri)
    except NotFound:
        newest = snapshots.latest(bucket, arrival.product)
    number = newest.number + 1 if newest else 1
    try:
        aws.s3_put(uri, json.dumps({"from": number}).encode(), if_none_match=True)
    except Conflict:  # the same object, handled twice at once: the first one's number counts
        return _stored_number(uri)
    return number


def _stored_number(uri: str) -> int:
    return int(json.loads(aws.s3_get(uri))["from"])


def _published(publication: Publication, file: Path, snapshot: Snapshot) -> Manifest | None:
    """Return this publication's manifest as *snapshot*; None if the number is another's."""
    own, found = publication.manifest(snapshot), _found(snapshot)
    if found is None and _is_stored(file, own):
        found = own if _created(own) else _found(snapshot)
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
    shown, newest = None, snapshots.advance(published.snapshot)
    while newest != shown:
        own = newest == published.snapshot
        aws.glue_table_put(database, glue_table.table(published if own else _manifest(newest)))
        shown, newest = newest, snapshots.latest(newest.bucket, newest.product) or newest


def _manifest(snapshot: Snapshot) -> Manifest:
    return manifest.parse(aws.s3_get(snapshot.manifest), snapshot.bucket)
