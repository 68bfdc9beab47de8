"""What does a snapshot hold, under which contract, and where does it come from?"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from factory.events.data import ContractVersion, DataProductPublished, Source
from factory.events.event import Event
from factory.events.incident import IncidentOpened
from factory.layout.products import Snapshot
from factory.layout.tables import late_incident
from factory.products.arrival import Arrival
from factory.products.contract import Contract
from factory.products.landed import UNKNOWN, Landed


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
    order: Landed = UNKNOWN
    """When it landed, which tells the newest snapshot."""
    superseded_by: int = 0
    """The snapshot that was newer already when it was published; 0 for none."""

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
                "order": self.order.plain(),
                "superseded_by": self.superseded_by,
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

    def manifest(self, snapshot: Snapshot, superseded_by: int = 0) -> Manifest:
        """Return the manifest that makes it *snapshot*, though a newer one may be there already."""
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
            order=self.arrival.landed,
            superseded_by=superseded_by,
        )

    def events(self, published: Manifest) -> tuple[Event, ...]:
        """Return what says that it was *published*, and an incident if it came late."""
        event = self._event(published)
        late = bool(published.superseded_by)
        return (event, _late(published, event.actor)) if late else (event,)

    def _event(self, published: Manifest) -> DataProductPublished:
        return DataProductPublished(
            product=published.snapshot.product,
            snapshot=published.snapshot.number,
            uri=published.snapshot.folder,
            rows=published.file.rows,
            digest=published.file.sha256,
            contract=published.contract,
            source=published.source,
            superseded_by=published.superseded_by,
            reason=f"what landed keeps contract {published.contract.version}",
            key=self.arrival.id,
        )


def _late(published: Manifest, actor: str) -> IncidentOpened:
    snapshot = published.snapshot
    incident = late_incident(snapshot.product, snapshot.number)
    return IncidentOpened(
        about=f"dataproduct/{snapshot.product}",
        actor=actor,
        reason=(
            f"snapshot {snapshot.number} is of a file that landed at {published.published_at} "
            f"and was handled late: snapshot {published.superseded_by}, whose file landed "
            f"after it, stays the newest, and nothing learns from {snapshot.number}; "
            "land the file again if it should be learned from"
        ),
        reasons=(),
        key=incident,
        incident=incident,
        product=snapshot.product,
        source=published.source,
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
        order=Landed.of(raw.get("order", {})),
        superseded_by=raw.get("superseded_by", 0),
    )
