"""What was measured about a model? Plain JSON: the part of a report that is shown as charts."""

from __future__ import annotations

from typing import TypedDict


class Measure(TypedDict):
    """What a gate measured, and what it requires."""

    metric: str
    """The name of what was measured."""
    value: float
    bound: float
    """The confidence bound that decides; equal to *value* where there is none."""
    limit: float
    is_minimum: bool
    """Whether *limit* is the smallest value that passes; otherwise it is the largest."""


class Gate(TypedDict):
    """One gate's verdict about one version."""

    gate: str
    verdict: str
    reason: str
    measure: Measure | None


class Group(TypedDict):
    """How often one protected group gets something, compared with its reference group."""

    attribute: str
    name: str
    gets: str
    """What it gets: `selected`, or for example `recognised as a`."""
    rows: int
    rate: float
    ratio: float | None
    """None for the reference group."""
    bound: float | None


class Gap(TypedDict):
    """How much more wrongly one protected group is answered than the rest."""

    name: str
    """The group, and what is compared: `sex=Female: answered too high`."""
    bound: float


class Fairness(TypedDict):
    """The groups with the ratio that each must reach, and the gaps with the widest allowed."""

    at_least: float
    max_gap: float
    confidence: float
    """The one-sided confidence level of the bounds."""
    groups: list[Group]
    gaps: list[Gap]


class Span(TypedDict):
    """The time in which a version served."""

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
    """The requests since the endpoint was created, and the versions that served them."""

    start: str
    end: str
    seconds: int
    """The length of a period."""
    points: list[Point]
    spans: list[Span]
    failures: list[Span]
    """Updates that were rolled back, from promotion to rollback."""


class ColumnDrift(TypedDict):
    """The drift of one column in one window."""

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
    columns: dict[str, ColumnDrift]


class Bar(TypedDict):
    """A bin of a histogram: its share of the rows in training and in the window."""

    label: str
    before: float
    now: float


class Histogram(TypedDict):
    """The distribution of a column in training and in the window that is shown."""

    column: str
    explanation: str
    bars: list[Bar]


class Drift(TypedDict):
    """The drift of all windows, and the histograms of the window with the most drift."""

    limit: float
    breaches: int
    out_of: int
    breached: bool
    windows: list[Window]
    shown: int | None
    """The index in *windows* of the one that the histograms show; None without a window."""
    histograms: list[Histogram]
    """Empty when the window's capture files are gone."""
