"""What served, what drifted, what was wrong and what was asked: over one axis of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from report.measured import Drift, Point, Traffic, Window
from report.pictures import Scale
from report.shape import Incident
from report.traffic import moment
from report.words import clock, counted

HEIGHT = 110  # of the columns of requests, in pixels
TICKS = 4  # more do not fit a telephone
LEGIBLE = 7.0  # percent of the width that a label needs
SLIVER = 0.6  # percent: what is shorter than it is drawn so wide all the same
ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # what the top of an axis begins with


class Across(NamedTuple):
    """A part of the width."""

    x: float
    w: float
    label: str
    kind: str
    title: str


class Lanes:
    """What served, what drifted, what was wrong and what was asked, over one axis of time."""

    def __init__(self, traffic: Traffic, drift: Drift, incidents: Sequence[Incident]) -> None:
        """Lay everything out between the first deployment and now."""
        self._start, self._end = moment(traffic["start"]), moment(traffic["end"])
        self._traffic, self.top = traffic, ceiling(traffic["points"])
        self.served = [
            self._across(s["start"], s["end"], f"v{s['version']}", "served", "version served")
            for s in traffic["spans"]
        ]
        self.failed = [
            self._across(s["start"], s["end"], "", "failed", f"version {s['version']} came back")
            for s in traffic["failures"]
        ]
        self.windows = [self._window(w) for w in drift["windows"]]
        self.incidents = [self._incident(i) for i in incidents if i["start"]]

    @property
    def columns(self) -> list[dict[str, Any]]:
        """Return a stack a period: from the ground up answered, refused, failed."""
        width = 100 / max(len(self._traffic["points"]), 1)
        return [
            {
                "x": round(number * width, 3),
                "w": round(width * 0.82, 3),
                "parts": self._stack(point),
                "title": _told(point),
            }
            for number, point in enumerate(self._traffic["points"])
        ]

    @property
    def ticks(self) -> list[tuple[float, str, str]]:
        """Return the axis: place, label, and how the label is aligned."""
        step = (self._end - self._start) / TICKS
        anchors = ["start", *["middle"] * (TICKS - 1), "end"]
        return [
            (100 * n / TICKS, clock((self._start + n * step).isoformat()), anchor)
            for n, anchor in enumerate(anchors)
        ]

    def _at(self, text: str) -> float:
        whole = (self._end - self._start) / timedelta(seconds=1)
        return Scale(0, whole).at((moment(text) - self._start) / timedelta(seconds=1))

    def _across(self, start: str, end: str, label: str, kind: str, title: str) -> Across:
        x = self._at(start)
        w = round(max(self._at(end) - x, SLIVER), 3)
        when = f"{title}, {clock(start)} to {clock(end)}"
        return Across(min(x, 100 - SLIVER), w, label if w >= LEGIBLE else "", kind, when)

    def _window(self, window: Window) -> Across:
        drifted = [name for name, c in window["columns"].items() if c["drifted"]]
        title = f"window of {window['rows']} rows: {', '.join(drifted) or 'nothing'} drifted"
        kind = "drifted" if drifted else "quiet"
        return self._across(window["start"], window["end"], "", kind, title)

    def _incident(self, incident: Incident) -> Across:
        end = incident["end"] or self._end.isoformat()
        return self._across(incident["start"], end, "", incident["status"], incident["because"])

    def _stack(self, point: Point) -> list[tuple[str, float, float]]:
        """Return kind, upper edge and height of each part."""
        parts, ground = list[tuple[str, float, float]](), float(HEIGHT)
        counts = (point["answered"], point["refused"], point["failed"])
        for kind, count in zip(("answered", "refused", "failed"), counts, strict=True):
            tall = HEIGHT * count / self.top
            if tall:
                ground -= max(tall, 1.5)
                parts.append((kind, round(ground, 2), round(max(tall, 1.5), 2)))
        return parts


def _told(point: Point) -> str:
    total = point["answered"] + point["refused"] + point["failed"]
    bad = f"{point['refused']} refused, {point['failed']} failed"
    return f"{clock(point['at'])}: {counted(total, 'request')}, {bad}"


def ceiling(points: Sequence[Point]) -> int:
    """Return the next round number above the tallest column."""
    tallest = max((p["answered"] + p["refused"] + p["failed"] for p in points), default=0)
    size = 10 ** max(len(str(tallest)) - 1, 0)
    whole = [int(n * size) for n in ROUND if n * size == int(n * size)]
    return next((top for top in whole if top >= tallest), 10 * size)
