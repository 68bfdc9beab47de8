"""How does a snapshot come to be, once, whatever crashes or comes twice?

The manifest is the commit: it is written last, and only if its number is free. Where a landed
object has begun to be published is remembered under `sources/` before anything else, so that
whoever continues looks from there on, and finds the manifest if there is one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws
from engines import snapshot
from factory.errors import Conflict, NotFound
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import function_actor
from factory.products.contract import Contract
from factory.settings import IngestSettings
from lambdas.ingest.arrival import Arrival

Manifest = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Data:
    """What is to be published: a Parquet file on the local disk."""

    path: Path
    rows: int
    source_digest: str
    """SHA-256 of the landed file."""


def publish(arrival: Arrival, promised: Contract, data: Data, settings: IngestSettings) -> None:
    """Publish *data* under the next free number, show it in the catalogue and tell of it."""
    home = f"s3://{settings.products_bucket}/{arrival.product}"
    number = _begun(home, arrival)
    manifest = None
    while manifest is None:
        manifest = _published(f"{home}/{number:06d}", number, arrival, promised, data)
        number += 1
    _show(home, promised, settings)
    aws.emit(settings.bus_name, "ingest", _event(manifest, arrival))


def newest(home: str) -> int:
    """Return the number of the newest published snapshot below *home*; 0 if there is none."""
    manifests = [u for u in aws.s3_list(f"{home}/") if u.endswith("/manifest.json")]
    return max((int(u.split("/")[-2]) for u in manifests), default=0)


def _begun(home: str, arrival: Arrival) -> int:
    """Return the number from which on *arrival* may be published; remember it at the first time."""
    uri = f"{home}/sources/{arrival.id}.json"
    try:
        return int(json.loads(aws.s3_get(uri))["from"])
    except NotFound:
        number = newest(home) + 1
    try:
        aws.s3_put(uri, json.dumps({"from": number}).encode(), if_none_match=True)
    except Conflict:  # the same object, handled twice at once: the first one's number counts
        return int(json.loads(aws.s3_get(uri))["from"])
    return number


def _published(
    folder: str, number: int, arrival: Arrival, promised: Contract, data: Data
) -> Manifest | None:
    """Return this arrival's manifest in *folder*; None if the number belongs to another."""
    manifest = _manifest(folder, number, arrival, promised, data)
    found = _found(folder)
    if found is None and _written(manifest["files"][0]["uri"], data.path.read_bytes()):
        _written(f"{folder}/manifest.json", json.dumps(manifest, indent=2).encode())
        found = _found(folder)
    return found if found and found["source"] == manifest["source"] else None


def _found(folder: str) -> Manifest | None:
    try:
        manifest: Manifest = json.loads(aws.s3_get(f"{folder}/manifest.json"))
    except NotFound:
        return None
    return manifest


def _written(uri: str, body: bytes) -> bool:
    """Tell whether *uri* holds *body* now, written here or before; never overwrite."""
    try:
        aws.s3_put(uri, body, if_none_match=True)
    except Conflict:
        return aws.s3_get(uri) == body
    return True


def _manifest(
    folder: str, number: int, arrival: Arrival, promised: Contract, data: Data
) -> Manifest:
    return {
        "product": arrival.product,
        "snapshot": number,
        "contract": {"version": promised.version, "digest": promised.digest},
        "source": {
            "uri": arrival.uri,
            "version_id": arrival.version,
            "sha256": data.source_digest,
            "requester": arrival.requester,
        },
        "rows": data.rows,
        "columns": snapshot.columns(promised),
        "files": [
            {
                "uri": f"{folder}/data.parquet",
                "sha256": snapshot.digest(data.path),
                "rows": data.rows,
                "bytes": data.path.stat().st_size,
            }
        ],
        "published_at": arrival.time,
    }


def _show(home: str, promised: Contract, settings: IngestSettings) -> None:
    """Let the catalogue's table point at the newest snapshot, whoever published it."""
    shown = 0
    while (number := newest(home)) != shown:
        aws.glue_table_put(settings.database, _table(home, number, promised))
        shown = number


def _table(home: str, number: int, promised: Contract) -> dict[str, Any]:
    parquet = "org.apache.hadoop.hive.ql.io.parquet"
    return {
        "Name": promised.product,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "classification": "parquet",
            "snapshot": str(number),
            "contract_version": promised.version,
        },
        "StorageDescriptor": {
            "Location": f"{home}/{number:06d}/",
            "Columns": snapshot.glue_columns(promised),
            "InputFormat": f"{parquet}.MapredParquetInputFormat",
            "OutputFormat": f"{parquet}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": f"{parquet}.serde.ParquetHiveSerDe"},
        },
    }


def _event(manifest: Manifest, arrival: Arrival) -> Event:
    number = manifest["snapshot"]
    uri = manifest["files"][0]["uri"].removesuffix("data.parquet")
    return Event(
        type="dataproduct.published",
        subject=f"dataproduct/{arrival.product}/{number}",
        actor=function_actor("ingest"),
        reason=f"{arrival.uri} keeps contract {manifest['contract']['version']}",
        key=arrival.id,
        detail={
            "product": arrival.product,
            "snapshot": number,
            "uri": uri,
            "rows": manifest["rows"],
            "digest": manifest["files"][0]["sha256"],
            "contract": manifest["contract"],
            "source": manifest["source"],
        },
    )
