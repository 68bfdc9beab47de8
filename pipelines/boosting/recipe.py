"""How are the rows of a table learned, whatever is asked of them? By boosted trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from factory.tasks.task import CLASSES, SHARES, Task

ALGORITHM = "Gradient boosting on histograms"
TASKS = ("binary", "multiclass", "regression", "count", "forecast", "ranking")
TAKES = ("category", "missing")
HYPERPARAMETERS = {"iterations": 60, "learning_rate": 0.2, "leaves": 15}
BOUND = 1.0  # of a leaf's steps: without it one row of a rare class moves its leaf to that class


def estimator(task: Task, parameters: Mapping[str, Any]) -> Any:
    """Return the untrained estimator: every category is split by its levels."""
    settings = {
        "max_iter": parameters["iterations"],
        "learning_rate": parameters["learning_rate"],
        "max_leaf_nodes": parameters["leaves"],
        "random_state": parameters["seed"],
        "categorical_features": "from_dtype",
        "early_stopping": False,
    }
    if SHARES in {field.kind for field in task.ANSWER.values()}:
        settings["l2_regularization"] = BOUND
    if task.LEARNS == CLASSES:
        return HistGradientBoostingClassifier(**settings)
    return HistGradientBoostingRegressor(loss=task.LOSS, **settings)
