"""Where does each mark of a picture lie? Across in percent of the width, down in pixels.

So a picture is as wide as its place on the page, and its text keeps its size.
"""

from __future__ import annotations

from dataclasses import dataclass

from report.measured import Fairness, Histogram, Measure


@dataclass(frozen=True)
class Scale:
    """Where a value lies between two others, in percent."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Return the place of *value*; what lies outside is drawn at the edge."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(100 * min(max(share, 0.0), 1.0), 3)


def around(*values: float) -> Scale:
    """Return a scale on which *values* stand with air on both sides."""
    low, high = min(values), max(values)
    air = 0.3 * (high - low) or 0.05
    return Scale(low - air, high + air)


def interval(measure: Measure) -> dict[str, float]:
    """Return the places of a gate's value, bound and limit."""
    scale = around(measure["value"], measure["bound"], measure["limit"])
    return {name: scale.at(measure[name]) for name in ("value", "bound", "limit")}


def ratios(found: Fairness) -> Scale:
    """Return the one scale of all groups' ratios, on which equal is within sight."""
    bounds = [g["bound"] for g in found["groups"] if g["bound"] is not None]
    values = [g["ratio"] for g in found["groups"] if g["ratio"] is not None]
    return around(*bounds, *values, found["at_least"], 1.0)


def widest(found: Histogram) -> Scale:
    """Return the scale of one histogram: the longest bar is as long as there is room."""
    return Scale(0, max(max(bar["before"], bar["now"]) for bar in found["bars"]))
