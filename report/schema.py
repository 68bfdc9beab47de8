"""What does a model's report contain? Plain JSON, so that the page is rendered from it alone."""

from __future__ import annotations

from typing import Any, TypedDict

from report.measurements import Drift, Fairness, Gate, Traffic


class Serving(TypedDict):
    """What the endpoint serves now."""

    version: int
    config: str
    status: str
    since: str


class Entry(TypedDict):
    """One event as the page shows it, taken from the ledger."""

    time: str
    type: str
    subject: str
    actor: str
    reason: str


class Version(TypedDict):
    """The history of one version."""

    version: int
    approval: str
    floor: str
    """The floor gate's result as a sentence."""
    events: list[Entry]


class Incident(TypedDict):
    """A problem, and what was done about it."""

    id: str
    status: str
    start: str
    end: str
    opened_because: str
    reasons: list[str]
    closed_because: str
    """Empty while it is open."""
    events: list[Entry]


class OtherModel(TypedDict):
    """Another model in the catalogue."""

    name: str
    owner: str
    rows: str
    """The row filter as text."""
    version: int | None
    outcome: str
    """How its last run ended: the floor gate's result, or why it was refused."""


class Ledger(TypedDict):
    """All recorded events, and whether the ledger is intact."""

    bucket: str
    segments: int
    head: str
    """The digest of the last segment: whoever knows it can detect a rewritten ledger."""
    findings: list[str]
    events: list[Entry]


class About(TypedDict):
    """The model's catalogue entry."""

    name: str
    purpose: str
    owner: str
    builders: list[str]
    family: str
    train: str
    test: str
    predicted: str
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
    """The version whose gates, fairness and card are shown; None before one is registered."""
    gates: list[Gate]
    fairness: Fairness | None
    card: dict[str, Any]
    """The run's model card in SageMaker's schema; empty before the first run."""
    traffic: Traffic | None
    drift: Drift
    incidents: list[Incident]
    versions: list[Version]
    refused: list[Entry]
    """Candidates that the gates refused."""
    other_models: list[OtherModel]
    ledger: Ledger
