"""How far did each column drift, window by window?"""

from __future__ import annotations

from math import sqrt
from typing import Any

from report.measurements import ColumnDrift, Drift

HEIGHT = 22  # of a row of windows, in pixels


class Sparklines:
    """The PSI of each column in each window, on a square-root scale, so that small values show."""

    def __init__(self, drift: Drift) -> None:
        """Compute the scale that all columns share."""
        values = [c["psi"] for w in drift["windows"] for c in w["columns"].values()]
        self._drift, self._top = drift, max([*values, 2 * drift["limit"]])
        self.limit = round(HEIGHT - self._height(drift["limit"]), 2)

    def of(self, column: str) -> list[dict[str, Any]]:
        """Return one bar per window."""
        windows = self._drift["windows"]
        width = 100 / max(len(windows), 1)
        return [
            self._bar(w["columns"][column], n * width, width)
            for n, w in enumerate(windows)
            if column in w["columns"]
        ]

    def columns(self) -> list[str]:
        """Return the columns, those with the most drift first."""
        names = dict.fromkeys(name for w in self._drift["windows"] for name in w["columns"])
        return sorted(names, key=lambda name: -self._highest_bound(name))

    def _highest_bound(self, name: str) -> float:
        bounds = [
            w["columns"][name]["bound"] for w in self._drift["windows"] if name in w["columns"]
        ]
        return max(bounds)

    def _bar(self, column: ColumnDrift, x: float, width: float) -> dict[str, Any]:
        height = max(self._height(column["psi"]), 1.0)
        return {
            "x": round(x + width * 0.12, 3),
            "w": round(width * 0.76, 3),
            "y": round(HEIGHT - height, 2),
            "h": round(height, 2),
            "kind": "drifted" if column["drifted"] else "quiet",
        }

    def _height(self, psi: float) -> float:
        return HEIGHT * sqrt(max(psi, 0.0) / self._top)
