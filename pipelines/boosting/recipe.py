"""How are the rows of a table learned, whatever is asked of them? By boosted trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from factory.tasks.task import CLASSES, POISSON, Task

ALGORITHM = "Gradient boosting on histograms"
TASKS = ("binary", "multiclass", "regression", "count", "forecast", "ranking")
TAKES = ("category", "missing")
HYPERPARAMETERS = {"iterations": 60, "learning_rate": 0.2, "leaves": 15}
BOUND = 1.0
"""Of a leaf's steps where a logarithm is learned: without it one rare row moves its leaf so far
that all rows like it are of its class, or are expected to count millions."""


def estimator(task: Task, parameters: Mapping[str, Any]) -> Any:
    """Return the untrained estimator: every category is split by its levels."""
    logarithmic = task.LEARNS == CLASSES or task.LOSS == POISSON
    settings = {
        "max_iter": parameters["iterations"],
        "learning_rate": parameters["learning_rate"],
        "max_leaf_nodes": parameters["leaves"],
        "random_state": parameters["seed"],
        "categorical_features": "from_dtype",
        "l2_regularization": BOUND if logarithmic else 0.0,
        "early_stopping": False,
    }
    if task.LEARNS == CLASSES:
        return HistGradientBoostingClassifier(**settings)
    return HistGradientBoostingRegressor(loss=task.LOSS, **settings)
