"""How far was each column off, window by window?"""

from __future__ import annotations

from math import sqrt
from typing import Any

from report.measured import Drift, Seen

SPARK = 22  # of a row of windows, in pixels


class Sparks:
    """How far each column was off in each window; on a scale of roots, so that little shows."""

    def __init__(self, drift: Drift) -> None:
        """Find the one scale of all columns."""
        seen = [c["psi"] for w in drift["windows"] for c in w["columns"].values()]
        self._drift, self._top = drift, max([*seen, 2 * drift["limit"]])
        self.limit = round(SPARK - self._tall(drift["limit"]), 2)

    def of(self, column: str) -> list[dict[str, Any]]:
        """Return a bar a window."""
        windows = self._drift["windows"]
        width = 100 / max(len(windows), 1)
        return [
            self._bar(w["columns"][column], n * width, width)
            for n, w in enumerate(windows)
            if column in w["columns"]
        ]

    def columns(self) -> list[str]:
        """Return the columns, those that were furthest off first."""
        names = dict.fromkeys(name for w in self._drift["windows"] for name in w["columns"])
        return sorted(names, key=lambda name: -self._worst(name))

    def _worst(self, name: str) -> float:
        found = [
            w["columns"][name]["bound"] for w in self._drift["windows"] if name in w["columns"]
        ]
        return max(found)

    def _bar(self, seen: Seen, x: float, width: float) -> dict[str, Any]:
        tall = max(self._tall(seen["psi"]), 1.0)
        return {
            "x": round(x + width * 0.12, 3),
            "w": round(width * 0.76, 3),
            "y": round(SPARK - tall, 2),
            "h": round(tall, 2),
            "kind": "drifted" if seen["drifted"] else "quiet",
        }

    def _tall(self, psi: float) -> float:
        return SPARK * sqrt(max(psi, 0.0) / self._top)
