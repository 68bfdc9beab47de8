"""What does the report of a model tell? Plain JSON, so that a page is made from it alone."""

from __future__ import annotations

from typing import Any, TypedDict

from report.measured import Drift, Fairness, Gate, Traffic


class Serving(TypedDict):
    """What the endpoint serves now."""

    version: int
    config: str
    status: str
    since: str


class Deed(TypedDict):
    """One thing that happened, as the ledger has it."""

    at: str
    what: str
    subject: str
    who: str
    why: str


class Version(TypedDict):
    """What became of one version."""

    version: int
    approval: str
    floor: str
    """What the floor gate measured, in words."""
    deeds: list[Deed]


class Incident(TypedDict):
    """Something that was wrong, and what was done about it."""

    id: str
    status: str
    start: str
    end: str
    because: str
    reasons: list[str]
    over: str
    """Why it is closed; empty while it is open."""
    deeds: list[Deed]


class Neighbour(TypedDict):
    """Another model of the catalogue."""

    name: str
    owner: str
    rows: str
    """Which rows are its own, in words."""
    version: int | None
    words: str
    """What the floor gate measured, or why it was refused."""


class Ledger(TypedDict):
    """All that was written down, and whether it is still as it was written."""

    bucket: str
    segments: int
    head: str
    """The digest of the last segment: whoever knows it can tell a rewritten ledger."""
    findings: list[str]
    deeds: list[Deed]


class About(TypedDict):
    """What the catalogue says of the model."""

    name: str
    purpose: str
    owner: str
    builders: list[str]
    family: str
    train: str
    test: str
    label: str
    features: list[str]
    rows: str
    intended_use: str
    limitations: str
    ethics: str


class Report(TypedDict):
    """Everything on the page."""

    written: str
    about: About
    serving: Serving | None
    judged: int | None
    """The version that gates, fairness and card are about; None before one is registered."""
    gates: list[Gate]
    fairness: Fairness | None
    card: dict[str, Any]
    """What the run wrote, in the schema of SageMaker model cards; empty before one has run."""
    traffic: Traffic | None
    drift: Drift
    incidents: list[Incident]
    versions: list[Version]
    refused: list[Deed]
    """Candidates that the gates did not let become a version."""
    neighbours: list[Neighbour]
    ledger: Ledger
