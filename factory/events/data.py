"""What happened to a data product?"""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

from factory.events.event import Event, event


@dataclass(frozen=True, kw_only=True)
class Source:
    """The landed object that a data product comes from; its name stays with the data."""

    arrival: str
    """SHA-256 of where it landed and of its version: `s3://BUCKET/KEY|VERSION`."""
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
    """The contract's own version."""
    digest: str
    """SHA-256 of the contract."""


class IncidentReason(TypedDict):
    """Why something is wrong, in `words` for people, and what they were made from.

    The violation of a contract has all fields, a column's drift only `column`.
    """

    words: str
    """The whole reason as one sentence."""
    column: NotRequired[str | None]
    """Where; null for the file or the table as a whole."""
    rule: NotRequired[str]
    """The rule of the contract that was checked."""
    count: NotRequired[int]
    """How many rows, or things, break it."""
    expected: NotRequired[str]
    """What the contract promises."""
    found: NotRequired[str]
    """What is there instead."""
    sample: NotRequired[tuple[str, ...]]
    """The lines of some offenders."""


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
    """The name of the data product."""
    snapshot: int
    """Its number; the first is 1."""
    uri: str
    """The snapshot's folder, with a slash at its end."""
    rows: int
    """How many rows it has."""
    digest: str
    """SHA-256 of the Parquet file."""
    contract: ContractVersion
    """The contract that it keeps."""
    source: Source
    """The file that it was made from."""
    superseded_by: int = 0
    """The snapshot that stays the newest, because its file landed later; 0 if this one is it."""


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
    """The name of the data product."""
    source: Source
    """The file that was refused."""
    quarantined: str
    """The URI of its copy."""
    reasons: tuple[IncidentReason, ...]
    """The first rules that it breaks; the event's reason says how many more there are."""
