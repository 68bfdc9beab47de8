"""What is wrong, and is it over? Drift, and incidents of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from factory.events.data import IncidentReason, Source
from factory.events.event import Event, event

Window = TypedDict(
    "Window",
    {
        "number": int,
        "from": str,  # when its first request was answered
        "to": str,
        "rows": int,
        "probes": int,
        "refused": int,
        "malformed": int,
        "files": int,
    },
)
"""The requests that were judged together, as the finding shows them."""


class _Measured(TypedDict):
    psi: float
    lower_bound: float
    drifted: bool


class ColumnFinding(_Measured, total=False):
    """One column of a finding, and how it has changed in `words`, since when."""

    words: str
    since: str


@dataclass(frozen=True, kw_only=True)
class Drift(Event):
    """What a finding says of a model's traffic, when that makes a difference."""

    model: str
    version: int
    """The version that serves."""
    config: str
    """The endpoint configuration that serves."""
    window: Window
    columns: Mapping[str, ColumnFinding]
    """The columns that have changed; the finding shows all of them."""
    drifted: tuple[str, ...]
    """The columns that drifted in this window."""
    breaching: tuple[str, ...]
    """The columns that drifted in enough of the last windows."""
    breached: bool
    """Whether the model is in an episode of drift."""
    episode: str
    """The id of the episode: when the first of its columns began to drift."""
    finding: str
    """The URI of the finding."""


@event(
    "drift.detected",
    by=("watch",),
    subject="model/{model}",
    repeats=("model",),
    key="the episode",
)
class DriftDetected(Drift):
    """What a model is asked has drifted from what it learned."""


@event(
    "drift.ended",
    by=("watch",),
    subject="model/{model}",
    repeats=("model",),
    key="the episode",
)
class DriftEnded(Drift):
    """What a model is asked is again like what it learned."""


@event(
    "incident.opened",
    by=("ingest", "respond", "deployment_outcome"),
    subject="{about}",
    key="the id of the incident; for refused data, the identity of the landed object's version",
)
class IncidentOpened(Event):
    """Something is wrong, and people are told.

    Refused data says product, source and quarantined; drift says incident and finding; a failed
    deployment says incident. An incident without an id of its own has the event's.
    """

    about: str
    """What it is about: `model/NAME` or `dataproduct/NAME`."""
    reasons: tuple[IncidentReason, ...]
    incident: str = ""
    """The id under which it will be closed."""
    finding: str = ""
    """The URI of the finding of drift."""
    product: str = ""
    source: Source | None = None
    quarantined: str = ""
    """The URI of the copy of the refused file."""


@event(
    "incident.closed",
    by=("respond", "deployment_outcome"),
    subject="{about}",
    key="the id of the incident",
)
class IncidentClosed(Event):
    """What was wrong is over."""

    about: str
    """What it is about: `model/NAME`."""
    incident: str
    """The id of the incident."""
    finding: str = ""
    """The URI of the finding that shows the end of a drift."""
    reasons: tuple[IncidentReason, ...] | None = None
    """An empty list after a failed deployment; absent after drift."""
