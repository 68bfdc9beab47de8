"""What happened to a data product?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from factory.events.event import Event, event


@dataclass(frozen=True, kw_only=True)
class Source:
    """The landed object that a data product comes from."""

    uri: str
    version_id: str | None
    """Its version in S3; null where the bucket keeps none."""
    requester: str
    """Who put it there, in S3's words: an account or a service."""
    sha256: str = ""
    """Of the landed file; absent where it was not read."""


@dataclass(frozen=True, kw_only=True)
class ContractVersion:
    """The very contract that a snapshot keeps."""

    version: str
    digest: str


class _InWords(TypedDict):
    words: str


class IncidentReason(_InWords, total=False):
    """Why something is wrong, in `words` for people, and what they were made from.

    A contract's violation tells all but column's drift, which tells `column` alone.
    """

    column: str | None
    rule: str
    count: int
    expected: str
    found: str
    sample: tuple[str, ...]


@event(
    "dataproduct.published",
    by=("ingest",),
    subject="dataproduct/{product}/{snapshot}",
    repeats=("product", "snapshot"),
    key="the identity of the landed object's version",
)
class DataProductPublished(Event):
    """A landed file keeps its contract, and there is a new snapshot of it."""

    product: str
    snapshot: int
    """Its number; the first is 1."""
    uri: str
    """The snapshot's folder, with a slash at its end."""
    rows: int
    digest: str
    """SHA-256 of the Parquet file."""
    contract: ContractVersion
    source: Source


@event(
    "dataproduct.refused",
    by=("ingest",),
    subject="dataproduct/{product}",
    repeats=("product",),
    key="the identity of the landed object's version",
)
class DataProductRefused(Event):
    """A landed file breaks its contract, and went to quarantine."""

    product: str
    source: Source
    quarantined: str
    """The URI of its copy."""
    reasons: tuple[IncidentReason, ...]
    """Each rule that it breaks."""
