"""Which rows are unlike the others? Those that random cuts set apart soonest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import IsolationForest

from factory.tasks.task import Task

ALGORITHM = "Isolation forest"
TASKS = ("anomaly",)
TAKES = ()
HYPERPARAMETERS = {"trees": 100, "rows": 256}


def estimator(task: Task, parameters: Mapping[str, Any]) -> Any:
    """Return the untrained estimator, which does not look at the label."""
    return IsolationForest(
        n_estimators=parameters["trees"],
        max_samples=parameters["rows"],
        random_state=parameters["seed"],
    )
