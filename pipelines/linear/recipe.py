"""How are the rows of a table learned, whatever is asked of them? By a weighted sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from factory.tasks.task import CLASSES, POISSON, Task

ALGORITHM = "Regularised linear model"
TASKS = ("binary", "multiclass", "regression", "count", "forecast", "ranking")
TAKES = ("category",)
HYPERPARAMETERS = {"penalty": 1.0, "iterations": 500}


def estimator(task: Task, parameters: Mapping[str, Any]) -> Any:
    """Return the untrained estimator: numbers are scaled, each level is a column of its own."""
    prepared = ColumnTransformer(
        [
            ("numbers", StandardScaler(), make_column_selector(dtype_include="number")),
            (
                "categories",
                OneHotEncoder(handle_unknown="ignore"),
                make_column_selector(dtype_include="category"),
            ),
        ]
    )
    return make_pipeline(prepared, _model(task, parameters))


def _model(task: Task, parameters: Mapping[str, Any]) -> Any:
    penalty, steps = parameters["penalty"], parameters["iterations"]
    if task.LEARNS == CLASSES:
        return LogisticRegression(C=1 / penalty, max_iter=steps, random_state=parameters["seed"])
    if task.LOSS == POISSON:
        return PoissonRegressor(alpha=penalty / 1000, max_iter=steps)
    return Ridge(alpha=penalty, random_state=parameters["seed"])
