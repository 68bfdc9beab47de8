"""What has been recorded about a model: traffic, drift, incidents, and runs?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aws
from aws import identity, incidents
from aws.traffic import traffic
from factory.gates.multiple import MOST_LOOKS
from factory.layout import tables

DAY = timedelta(days=1)
PERIOD = 300  # seconds; 288 of them are a day, and GetMetricStatistics gives 1,440


class Records:
    """What the caller may read in the factory's tables and metrics."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """Read what is at *places*, the outputs of the stacks."""
        self.places = places
        self._now = identity.service_time()

    def traffic(self, endpoint: str) -> dict[str, int]:
        """Return how many requests there were in 24 hours, were refused (4xx) and failed (5xx)."""
        found = traffic(endpoint, self._now - DAY, self._now, PERIOD)
        return {word: sums.total() for word, sums in found.items()}

    def drift(self, model: str) -> dict[str, Any] | None:
        """Return what the last windows of traffic showed; None before the first is judged."""
        found = aws.table_get(self.places["WindowsTable"], tables.watched(model))
        return found and {
            "breached": found["breached"],
            "since": found.get("episode", ""),
            "columns": found.get("words", {}),
            "breaching": found.get("breaching", 0),
            "judged": found["judged"],
        }

    def incidents(self, model: str) -> list[dict[str, Any]]:
        """Return the open incidents of a model and the last closed ones, the newest first."""
        return incidents.of(self.places["IncidentsTable"], model)

    def budget(self, model: str, runs_per_day: int | None) -> dict[str, Any]:
        """Return how many runs were started in the last day, beside how many may be.

        Also which look at its test rows the last of all took.
        """
        found = aws.table_get(self.places["RunsTable"], tables.history(model)) or {"runs": []}
        since = (self._now - DAY).timestamp()
        return {
            "started": sum(int(run["at"]) > since for run in found["runs"]),
            "runs_per_day": runs_per_day,
            "look": next(map(_look, found["runs"][-1:]), ""),
        }


def _look(run: Mapping[str, Any]) -> str:
    """Return in words which look *run* took; empty for one from before looks were counted."""
    return f"look {run['look']} of {MOST_LOOKS} at {run['exam']}" if "look" in run else ""
