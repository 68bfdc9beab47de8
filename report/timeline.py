"""What happened when? Versions, drift, incidents and requests over one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from report.formatting import clock_time, plural
from report.measurements import Drift, Point, Traffic, Window
from report.scales import Scale
from report.schema import Incident
from report.traffic import parse_time

HEIGHT = 110  # of the request columns, in pixels
TICKS = 4  # more do not fit on a phone
LEGIBLE = 7.0  # percent of the width that a label needs
SLIVER = 0.6  # percent: the minimum width of a block
ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # leading digits of an axis's top


class Block(NamedTuple):
    """A time span on the axis: position and width in percent."""

    x: float
    w: float
    label: str
    kind: str
    title: str


class Timeline:
    """Versions, drift, incidents and requests over one time axis."""

    def __init__(self, traffic: Traffic, drift: Drift, incidents: Sequence[Incident]) -> None:
        """Lay everything out between the first deployment and now."""
        self._start, self._end = parse_time(traffic["start"]), parse_time(traffic["end"])
        self._traffic, self.top = traffic, axis_top(traffic["points"])
        self.served = [
            self._block(s["start"], s["end"], f"v{s['version']}", "served", "version served")
            for s in traffic["spans"]
        ]
        self.failed = [
            self._block(
                s["start"], s["end"], "", "failed", f"version {s['version']} was rolled back"
            )
            for s in traffic["failures"]
        ]
        self.windows = [self._window(w) for w in drift["windows"]]
        self.incidents = [self._incident(i) for i in incidents if i["start"]]

    @property
    def columns(self) -> list[dict[str, Any]]:
        """Return one stack per period: answered, refused and failed, from the bottom up."""
        width = 100 / max(len(self._traffic["points"]), 1)
        return [
            {
                "x": round(number * width, 3),
                "w": round(width * 0.82, 3),
                "parts": self._stack(point),
                "title": _title(point),
            }
            for number, point in enumerate(self._traffic["points"])
        ]

    @property
    def ticks(self) -> list[tuple[float, str, str]]:
        """Return the ticks of the axis: position, label, and text anchor."""
        step = (self._end - self._start) / TICKS
        anchors = ["start", *["middle"] * (TICKS - 1), "end"]
        return [
            (100 * n / TICKS, clock_time((self._start + n * step).isoformat()), anchor)
            for n, anchor in enumerate(anchors)
        ]

    def _at(self, text: str) -> float:
        whole = (self._end - self._start) / timedelta(seconds=1)
        return Scale(0, whole).at((parse_time(text) - self._start) / timedelta(seconds=1))

    def _block(self, start: str, end: str, label: str, kind: str, title: str) -> Block:
        x = self._at(start)
        w = round(max(self._at(end) - x, SLIVER), 3)
        when = f"{title}, {clock_time(start)} to {clock_time(end)}"
        return Block(min(x, 100 - SLIVER), w, label if w >= LEGIBLE else "", kind, when)

    def _window(self, window: Window) -> Block:
        drifted = [name for name, c in window["columns"].items() if c["drifted"]]
        title = f"window of {window['rows']} rows: {', '.join(drifted) or 'nothing'} drifted"
        kind = "drifted" if drifted else "quiet"
        return self._block(window["start"], window["end"], "", kind, title)

    def _incident(self, incident: Incident) -> Block:
        end = incident["end"] or self._end.isoformat()
        return self._block(
            incident["start"], end, "", incident["status"], incident["opened_because"]
        )

    def _stack(self, point: Point) -> list[tuple[str, float, float]]:
        """Return kind, upper edge and height of each part."""
        parts, bottom = list[tuple[str, float, float]](), float(HEIGHT)
        counts = (point["answered"], point["refused"], point["failed"])
        for kind, count in zip(("answered", "refused", "failed"), counts, strict=True):
            height = HEIGHT * count / self.top
            if height:
                bottom -= max(height, 1.5)
                parts.append((kind, round(bottom, 2), round(max(height, 1.5), 2)))
        return parts


def _title(point: Point) -> str:
    total = point["answered"] + point["refused"] + point["failed"]
    bad = f"{point['refused']} refused, {point['failed']} failed"
    return f"{clock_time(point['at'])}: {plural(total, 'request')}, {bad}"


def axis_top(points: Sequence[Point]) -> int:
    """Return the next round number above the tallest column."""
    tallest = max((p["answered"] + p["refused"] + p["failed"] for p in points), default=0)
    size = 10 ** max(len(str(tallest)) - 1, 0)
    whole = [int(n * size) for n in ROUND if n * size == int(n * size)]
    return next((top for top in whole if top >= tallest), 10 * size)
