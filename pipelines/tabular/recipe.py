"""How is a yes-or-no question about the rows of a table learned? By boosted trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.ensemble import HistGradientBoostingClassifier

from pipelines.contract import Columns

ALGORITHM = "Gradient boosting on histograms"
HYPERPARAMETERS = {"iterations": 60, "learning_rate": 0.2, "leaves": 15}


def estimator(parameters: Mapping[str, Any], columns: Columns) -> HistGradientBoostingClassifier:
    """Return the untrained estimator: every category is split by its levels."""
    return HistGradientBoostingClassifier(
        max_iter=parameters["iterations"],
        learning_rate=parameters["learning_rate"],
        max_leaf_nodes=parameters["leaves"],
        random_state=parameters["seed"],
        categorical_features=[column["kind"] == "category" for column in columns.values()],
        early_stopping=False,
    )
