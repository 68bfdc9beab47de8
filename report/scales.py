"""Where is each mark of a chart drawn? Horizontally in percent, vertically in pixels.

So a chart fills the width that the page gives it, and its text keeps its size.
"""

from __future__ import annotations

from dataclasses import dataclass

from report.measurements import Fairness, Histogram, Measure


@dataclass(frozen=True)
class Scale:
    """A linear scale from *low* to *high*, in percent."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Return the position of *value*; values outside the scale are drawn at its edge."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(100 * min(max(share, 0.0), 1.0), 3)


def padded(*values: float) -> Scale:
    """Return a scale that covers *values* with padding on both sides."""
    low, high = min(values), max(values)
    padding = 0.3 * (high - low) or 0.05
    return Scale(low - padding, high + padding)


def interval(measure: Measure) -> dict[str, float]:
    """Return the positions of a gate's value, bound and limit."""
    scale = padded(measure["value"], measure["bound"], measure["limit"])
    return {name: scale.at(measure[name]) for name in ("value", "bound", "limit")}


def ratios(fairness: Fairness) -> Scale:
    """Return the scale that all groups' ratios share; it includes 1, equality."""
    bounds = [g["bound"] for g in fairness["groups"] if g["bound"] is not None]
    values = [g["ratio"] for g in fairness["groups"] if g["ratio"] is not None]
    return padded(*bounds, *values, fairness["at_least"], 1.0)


def gaps(fairness: Fairness) -> Scale:
    """Return the scale that all gaps share; it begins at 0, where no group is answered worse."""
    highest = max([*(gap["bound"] for gap in fairness["gaps"]), fairness["max_gap"]])
    return Scale(0, 1.1 * highest)


def widest(histogram: Histogram) -> Scale:
    """Return the scale of one histogram, on which the longest bar takes the full width."""
    return Scale(0, max(max(bar["before"], bar["now"]) for bar in histogram["bars"]))
