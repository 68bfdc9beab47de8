"""Does what landed keep its contract? Then it is published as a snapshot, otherwise refused."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aws
from aws import batch
from engines import checks, snapshot
from engines.database import confined
from factory.products import contract
from factory.products.contract import Contract
from factory.products.contract_violation import Reason
from factory.settings import IngestSettings
from lambdas.ingest import publication, refusal
from lambdas.ingest.arrival import Arrival

PACKED = "landed.csv.gz"
SNAPSHOT = "data.parquet"


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Publish or refuse each landed object of an SQS batch of S3's "Object Created" events."""
    settings = IngestSettings.from_env(os.environ)
    contracts = contract.parse(aws.s3_get(settings.contracts_uri))
    return batch.each(event, lambda body: _ingest(Arrival.of(body), contracts, settings))


def _ingest(arrival: Arrival, contracts: Mapping[str, Contract], settings: IngestSettings) -> None:
    if arrival.is_folder:
        print(f"{arrival.uri} is the mark of a folder, no data")
        return
    reasons = arrival.violations(contracts)
    if reasons:
        refusal.refuse(arrival, reasons, settings)
        return
    with tempfile.TemporaryDirectory() as folder:
        _examine(arrival, contracts[arrival.product], Path(folder), settings)


def _examine(arrival: Arrival, promised: Contract, room: Path, settings: IngestSettings) -> None:
    aws.s3_download(arrival.uri, room / PACKED, version=arrival.version)
    reasons: tuple[Reason, ...]
    with confined(room) as database:
        reasons = checks.examine(room / PACKED, promised, database, room)
        rows = 0 if reasons else snapshot.write(promised, database, room / SNAPSHOT)
    if reasons:
        refusal.refuse(arrival, reasons, settings)
        return
    source = snapshot.digest(room / PACKED)
    data = publication.Data(path=room / SNAPSHOT, rows=rows, source_digest=source)
    publication.publish(arrival, promised, data, settings)
