"""What was measured of a model? Plain JSON: the half of a report that is drawn."""

from __future__ import annotations

from typing import TypedDict


class Measure(TypedDict):
    """What a gate measured, beside what it demands."""

    of: str
    """What was measured, in words."""
    value: float
    bound: float
    """The confidence bound that decides; equal to *value* where there is none."""
    limit: float
    least: bool
    """Whether *limit* is the least that passes; otherwise it is the most."""


class Gate(TypedDict):
    """One gate's word about one version."""

    gate: str
    verdict: str
    reason: str
    measure: Measure | None


class Group(TypedDict):
    """How often one protected group is selected, beside the group that it is compared with."""

    attribute: str
    name: str
    rows: int
    rate: float
    ratio: float | None
    """None for the group that the others are compared with."""
    bound: float | None


class Fairness(TypedDict):
    """The groups and the share that each must reach."""

    at_least: float
    confidence: float
    """One-sided, of the bounds."""
    groups: list[Group]


class Span(TypedDict):
    """From when to when a version served."""

    version: int
    start: str
    end: str


class Point(TypedDict):
    """The requests of one period."""

    at: str
    answered: int
    refused: int
    failed: int


class Traffic(TypedDict):
    """What the endpoint was asked since it was made, and what it served meanwhile."""

    start: str
    end: str
    seconds: int
    """How long a period is."""
    points: list[Point]
    spans: list[Span]
    failures: list[Span]
    """Updates that did not go out: from the approval to the way back."""


class Seen(TypedDict):
    """What one window showed of one column."""

    psi: float
    bound: float
    drifted: bool


class Window(TypedDict):
    """One judged window of traffic."""

    number: int
    version: int
    start: str
    end: str
    rows: int
    columns: dict[str, Seen]


class Bar(TypedDict):
    """A bin of a histogram: the share of the rows in it, learned and now."""

    label: str
    before: float
    now: float


class Histogram(TypedDict):
    """How a column looked in training and in the window that is shown."""

    column: str
    words: str
    bars: list[Bar]


class Drift(TypedDict):
    """What the windows showed, and what the one that tells most looks like inside."""

    limit: float
    breaches: int
    of: int
    breached: bool
    windows: list[Window]
    shown: int | None
    """The place in *windows* of the one that the histograms show; None without a window."""
    histograms: list[Histogram]
    """Of the window that is shown; empty when its capture files are gone."""
