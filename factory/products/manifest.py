"""What does a snapshot hold, under which contract, and where does it come from?"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from factory.events.data import ContractVersion, DataProductPublished, Source
from factory.layout.products import Snapshot
from factory.products.arrival import Arrival
from factory.products.contract import Contract


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """The file that holds the rows of a snapshot."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The commit of a snapshot: with it there is one, and without it there is none."""

    snapshot: Snapshot
    contract: ContractVersion
    source: Source
    columns: tuple[tuple[str, str], ...]
    """Name and physical type of each column, in order."""
    protected: tuple[str, ...] | None
    """The columns that the contract classifies so; None in a snapshot that does not say it."""
    file: TableFile
    published_at: str
    """When the file landed, so that a redelivery says the same."""
    landed: str = ""
    """Where it landed: the manifest alone says it, beside the data."""

    @property
    def document(self) -> str:
        """Return the manifest as it is stored."""
        rows = self.file.rows
        return json.dumps(
            {
                "product": self.snapshot.product,
                "snapshot": self.snapshot.number,
                "contract": asdict(self.contract),
                "source": asdict(self.source),
                "rows": rows,
                "columns": [{"name": name, "type": type_} for name, type_ in self.columns],
                "protected": self.protected,
                "files": [{"uri": self.snapshot.data, **asdict(self.file)}],
                "published_at": self.published_at,
                "landed": self.landed,
            },
            indent=2,
        )


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A file that keeps its contract and is to become a snapshot, under whatever number."""

    arrival: Arrival
    contract: Contract
    file: TableFile
    source_digest: str
    """SHA-256 of the landed file."""

    @property
    def source(self) -> Source:
        """Return where the rows come from: what tells one publication from all others."""
        return Source(
            arrival=self.arrival.id,
            version_id=self.arrival.version,
            requester=self.arrival.requester,
            sha256=self.source_digest,
        )

    def manifest(self, snapshot: Snapshot) -> Manifest:
        """Return the manifest that makes it *snapshot*."""
        contract = self.contract
        return Manifest(
            snapshot=snapshot,
            contract=ContractVersion(version=contract.version, digest=contract.digest),
            source=self.source,
            columns=tuple((column.name, column.type) for column in contract.columns),
            protected=contract.protected,
            file=self.file,
            published_at=self.arrival.time,
            landed=self.arrival.uri,
        )

    def event(self, published: Manifest) -> DataProductPublished:
        """Return the event that says that it was *published*."""
        return DataProductPublished(
            product=published.snapshot.product,
            snapshot=published.snapshot.number,
            uri=published.snapshot.folder,
            rows=published.file.rows,
            digest=published.file.sha256,
            contract=published.contract,
            source=published.source,
            reason=f"what landed keeps contract {published.contract.version}",
            key=self.arrival.id,
        )


def parse(document: bytes, bucket: str) -> Manifest:
    """Read what `Manifest.document` wrote about a snapshot in *bucket*."""
    raw: dict[str, Any] = json.loads(document)
    (file,) = raw["files"]
    return Manifest(
        snapshot=Snapshot(bucket, raw["product"], raw["snapshot"]),
        contract=ContractVersion(**raw["contract"]),
        source=Source(**raw["source"]),
        columns=tuple((column["name"], column["type"]) for column in raw["columns"]),
        protected=tuple(protected) if (protected := raw.get("protected")) is not None else None,
        file=TableFile(**{name: file[name] for name in ("rows", "bytes", "sha256")}),
        published_at=raw["published_at"],
        landed=raw["landed"],
    )
