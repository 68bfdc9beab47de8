"""What is wrong, and is it over? Drift, and incidents of any kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from factory.events.data import IncidentReason, Source
from factory.events.event import Event, event

_Bounds = TypedDict("_Bounds", {"from": str, "to": str})  # a word that Python reserves


class Window(_Bounds):
    """The requests that were judged together, answered between `from` and `to`."""

    number: int
    """Its number among the windows of the configuration."""
    rows: int
    """Requests that were counted."""
    probes: int
    """The factory's own requests, which were not counted."""
    refused: int
    """Requests that the model refused to answer."""
    malformed: int
    """Records that could not be read."""
    files: int
    """Files of captured requests."""


class ColumnFinding(TypedDict):
    """One column of a finding, with how it has changed in words where it has."""

    psi: float
    """The population stability index."""
    lower_bound: float
    """What the index is at the least."""
    drifted: bool
    """Whether it drifted in this window."""
    words: NotRequired[str]
    """How it has changed."""
    since: NotRequired[str]
    """When the first request of the first such window was answered."""


@dataclass(frozen=True, kw_only=True)
class Drift(Event):
    """What a finding says of a model's traffic, when that makes a difference."""

    model: str
    """Its name."""
    version: int
    """The version that serves."""
    config: str
    """The endpoint configuration that serves."""
    window: Window
    """The window that made the difference."""
    columns: Mapping[str, ColumnFinding]
    """The first columns that have changed; the finding shows all of them."""
    drifted: tuple[str, ...]
    """The first columns that drifted in this window."""
    breaching: tuple[str, ...]
    """The first columns that drifted in enough of the last windows."""
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
    by=(
        "ingest",
        "respond",
        "deployment_outcome",
        "promote",
        "reconcile",
        "run_events",
        "stack_drift",
        "watch",
    ),
    subject="{about}",
    key="the id of the incident; for refused data, the identity of the landed object's version",
)
class IncidentOpened(Event):
    """Something is wrong, and people are told.

    Refused data says product, source and quarantined; drift says incident and finding; a failed
    deployment, requests in disguise, a run that is not what was asked for and a change by hand say
    incident. An incident without an id of its own has the event's.
    """

    about: str
    """What it is about: `model/NAME`, `dataproduct/NAME` or `stack/NAME`."""
    reasons: tuple[IncidentReason, ...]
    """What is wrong, one by one; empty when the event's reason says all."""
    incident: str = ""
    """The id under which it will be closed."""
    finding: str = ""
    """The URI of the finding of drift."""
    product: str = ""
    """The data product whose file was refused."""
    source: Source | None = None
    """The refused file."""
    quarantined: str = ""
    """The URI of the copy of the refused file."""


@event(
    "incident.closed",
    by=("respond", "deployment_outcome", "reconcile", "stack_drift"),
    subject="{about}",
    key="the id of the incident",
)
class IncidentClosed(Event):
    """What was wrong is over."""

    about: str
    """What it is about: `model/NAME` or `stack/NAME`."""
    incident: str
    """The id of the incident."""
    finding: str = ""
    """The URI of the finding that shows the end of a drift."""
    reasons: tuple[IncidentReason, ...] | None = None
    """An empty list after a failed deployment or a change by hand; absent after drift."""
