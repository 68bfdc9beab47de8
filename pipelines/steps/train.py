"""What does the model learn? A recipe's estimator, in the factory's frame.

Sees the training rows and nothing else.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
import pyarrow as pa
import sklearn

from factory.catalogue.judged import Judged
from factory.errors import Refused
from factory.training import steps
from pipelines import contract
from pipelines.contract import Estimator, Recipe, Value
from pipelines.steps import (
    arguments,
    canonical,
    columns,
    files,
    inference,
    serving_code,
    spec,
    tables,
    thresholds,
)


class Learned(NamedTuple):
    """What an artifact is made of, besides its serving code."""

    estimator: Estimator
    metadata: dict[str, Any]


def unseen_scores(
    matrix: np.ndarray, label: np.ndarray, parameters: Mapping[str, Any], fresh: Callable[[], Any]
) -> np.ndarray:
    """Score every row with a *fresh* estimator that has learned from the other folds only."""
    order = np.random.default_rng(parameters["seed"]).permutation(len(label))
    folds, scores = order % parameters["folds"], np.empty(len(label))
    for fold in range(parameters["folds"]):
        rest, held = folds != fold, folds == fold
        fitted = fresh().fit(matrix[rest], label[rest])
        scores[held] = fitted.predict_proba(matrix[held])[:, 1]
    return scores


def learn(table: pa.Table, model: Judged, recipe: Recipe) -> Learned:
    """Return the trained estimator and the artifact's metadata."""
    parameters = contract.settings(recipe, model)
    label = _label(table, model)
    kinds = columns.of(table, model.features)
    values = {name: table.column(name).to_pylist() for name in model.features}
    matrix = inference.encode(inference.canonical(values, kinds), kinds)

    def fresh() -> Estimator:
        return contract.fresh(recipe, parameters, kinds)

    scores = unseen_scores(matrix, label, parameters, fresh)
    limits = _thresholds(scores, label, _groups(table, model, parameters), model)
    metadata = {
        "model": model.name,
        "algorithm": recipe.ALGORITHM,
        "features": list(model.features),
        "columns": kinds,
        "thresholds": limits,
        "hyperparameters": parameters,
        "versions": _versions(),
    }
    return Learned(fresh().fit(matrix, label), metadata)


def main(argv: list[str]) -> None:
    """Train the model and write its artifact: estimator, metadata, serving code."""
    args = arguments.parse(steps.TRAIN, argv)
    model = spec.read(args.model, args.spec)
    wanted = [model.key, *model.features, model.label.column]
    rows = tables.read(args.train / "train.parquet", wanted)
    learned = learn(rows, model, contract.load(model.recipe))
    pack(learned, args.out)
    print(f"learned from {rows.num_rows} rows, {len(model.features)} features")


def pack(learned: Learned, folder: Path) -> None:
    """Write the files of the artifact to *folder*."""
    for name, content in serving_code.own().items():
        code = folder / name
        code.parent.mkdir(parents=True, exist_ok=True)
        code.write_bytes(content)
    joblib.dump(learned.estimator, folder / contract.ESTIMATOR)
    files.write_json(folder / contract.METADATA, learned.metadata)


def _label(table: pa.Table, model: Judged) -> np.ndarray:
    found: np.ndarray = table.column(model.label.column).to_numpy().astype(int)
    if found.min() == found.max():
        raise Refused(
            f"{model.label.column}: every row to learn from is the same; there is no rule"
        )
    return found


def _groups(
    table: pa.Table, model: Judged, parameters: Mapping[str, Value]
) -> dict[str, list[str]]:
    """Return the level of each row for each attribute that has thresholds of its own."""
    per_group = parameters["thresholds"] == contract.PER_GROUP
    attributes = model.gates.fairness.attributes if per_group else ()
    return {a: canonical.texts(table.column(a)).fill_null("").to_pylist() for a in attributes}


def _thresholds(
    scores: np.ndarray, label: np.ndarray, groups: Mapping[str, list[str]], model: Judged
) -> dict[str, Any]:
    """Select as many of every group as there are positive rows in all."""
    least = thresholds.LEVEL_ROWS * model.gates.fairness.min_rows
    fallback = _fallback(groups, model)
    return thresholds.fit(scores, float(label.mean()), groups, least, fallback)


def _fallback(groups: Mapping[str, list[str]], model: Judged) -> dict[str, str]:
    """Return the level as which an unknown one is decided, for each attribute that declares one."""
    declared = model.gates.fairness.fallback
    found = {attribute: declared[attribute] for attribute in groups if attribute in declared}
    for attribute, level in found.items():
        if level not in groups[attribute]:
            raise Refused(
                f"gates.fairness.fallback: {attribute} {level!r} is no level of the rows to learn "
                "from; name one of theirs in its canonical form: true, 3, 0.5"
            )
    return found


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "joblib": joblib.__version__,
    }
