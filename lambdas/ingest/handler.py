"""Does what landed keep its contract? Then it is published as a snapshot, otherwise refused."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aws
from aws import batch
from engines import ingestion, snapshot
from factory.products import contract, refusal
from factory.products.arrival import Arrival
from factory.products.contract import Contract
from factory.products.contract_violation import ContractViolation
from factory.products.manifest import Publication, TableFile
from factory.settings import IngestSettings
from lambdas.ingest import publication

PACKED, ROWS = "landed.csv.gz", "rows.parquet"


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Publish or refuse each landed object of an SQS batch of S3's "Object Created" events."""
    settings = IngestSettings.from_env(os.environ)
    contracts = contract.parse(aws.s3_get(settings.contracts_uri))
    return batch.each(event, lambda body: _ingest(Arrival.of(body, contracts), contracts, settings))


def _ingest(arrival: Arrival, contracts: Mapping[str, Contract], settings: IngestSettings) -> None:
    if arrival.is_marker:
        aws.log(f"{arrival.id} marks a folder, or an export's end: it has no data")
        return
    violations = arrival.violations(contracts)
    if violations:
        _refuse(arrival, violations, settings)
        return
    with tempfile.TemporaryDirectory() as folder:
        _check(arrival, contracts[arrival.product], Path(folder), settings)


def _check(arrival: Arrival, promised: Contract, folder: Path, settings: IngestSettings) -> None:
    """Compare the file with its contract; the contract decides what becomes of it."""
    packed, rows = folder / PACKED, folder / ROWS
    aws.s3_download(arrival.uri, packed, version=arrival.version)
    found = ingestion.examine(packed, promised, folder, rows)
    if found.violations:
        _refuse(arrival, found.violations, settings)
        return
    checked = Publication(
        arrival=arrival,
        contract=promised,
        file=TableFile(rows=found.rows, bytes=rows.stat().st_size, sha256=snapshot.digest(rows)),
        source_digest=snapshot.digest(packed),
    )
    publication.publish(checked, rows, settings)


def _refuse(
    arrival: Arrival, violations: Sequence[ContractViolation], settings: IngestSettings
) -> None:
    planned = refusal.of(arrival, violations, settings.quarantine_bucket)
    aws.s3_copy(arrival.uri, planned.copy, version=arrival.version)
    aws.s3_put(planned.reasons, planned.document.encode())
    aws.emit(settings.bus_name, "ingest", *planned.events)
