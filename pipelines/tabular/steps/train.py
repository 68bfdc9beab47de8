"""What does the model learn? Sees the training rows and nothing else."""

from __future__ import annotations

import argparse
import importlib.resources
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier

from factory.catalogue.spec import Model
from factory.errors import InvalidSpec, Refused

from . import baseline, inference, tables, thresholds

MOST_LEVELS = 254  # the estimator has 255 bins, one of which is for what is missing


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """What a model of the catalogue may set; anything else is refused by name."""

    iterations: int = 60
    learning_rate: float = 0.2
    leaves: int = 15
    seed: int = 7
    folds: int = 2
    """Parts of the training rows for scores that no model has learned from."""
    thresholds: str = "per-group"
    """`per-group`: every protected group is selected at the same rate; `single`: one for all."""

    @classmethod
    def of(cls, model: Model) -> Hyperparameters:
        """Read the model's hyperparameters; an unknown name or value is an InvalidSpec."""
        unknown = sorted(set(model.hyperparameters) - {f.name for f in fields(cls)})
        if unknown:
            raise InvalidSpec(
                f"model {model.name!r}: hyperparameters {', '.join(unknown)} are unknown to the "
                f"recipe; it knows {', '.join(f.name for f in fields(cls))}"
            )
        found = cls(**model.hyperparameters)  # type: ignore[arg-type] # names are checked above
        if found.thresholds not in {"per-group", "single"}:
            raise InvalidSpec(
                f"model {model.name!r}: thresholds {found.thresholds!r}; say per-group or single"
            )
        return found


def kinds(table: pa.Table, features: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each feature whether it is a number, or a category and its levels."""
    return {name: _kind(name, table.column(name).combine_chunks()) for name in features}


def estimator(settings: Hyperparameters, columns: Mapping[str, Any]) -> Any:
    """Return the untrained estimator: gradient boosting on histograms, from a fixed seed."""
    return HistGradientBoostingClassifier(
        max_iter=settings.iterations,
        learning_rate=settings.learning_rate,
        max_leaf_nodes=settings.leaves,
        random_state=settings.seed,
        categorical_features=[c["kind"] == "category" for c in columns.values()],
        early_stopping=False,
    )


def unseen_scores(
    matrix: np.ndarray, label: np.ndarray, settings: Hyperparameters, columns: Mapping[str, Any]
) -> np.ndarray:
    """Score every row with a model that has learned from the other folds only."""
    folds = np.random.default_rng(settings.seed).permutation(len(label)) % settings.folds
    scores = np.empty(len(label))
    for fold in range(settings.folds):
        rest, held = folds != fold, folds == fold
        fitted = estimator(settings, columns).fit(matrix[rest], label[rest])
        scores[held] = fitted.predict_proba(matrix[held])[:, 1]
    return scores


def learn(table: pa.Table, model: Model) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Return the trained estimator, the artifact's metadata and the monitoring baseline."""
    settings = Hyperparameters.of(model)
    label = table.column(model.label.column).to_numpy().astype(int)
    if label.min() == label.max():
        raise Refused(
            f"{model.label.column}: every row to learn from is the same; there is no rule"
        )
    columns = kinds(table, model.features)
    values = {name: table.column(name).to_pylist() for name in model.features}
    matrix = inference.encode(values, columns)
    scores = unseen_scores(matrix, label, settings, columns)
    limits = _thresholds(scores, label, table, model, settings)
    metadata = {
        "model": model.name,
        "features": list(model.features),
        "columns": columns,
        "thresholds": limits,
        "hyperparameters": {f.name: getattr(settings, f.name) for f in fields(settings)},
        "versions": _versions(),
    }
    chosen = scores >= inference.thresholds_of(values, limits)
    watched = baseline.of(table, columns, scores, chosen)
    return estimator(settings, columns).fit(matrix, label), metadata, watched


def main(argv: list[str]) -> None:
    """Train the model and write its artifact: estimator, metadata, baseline, serving code."""
    args = _arguments(argv)
    model = tables.model_named(args.model, args.catalogue)
    wanted = [model.key, *model.features, model.label.column]
    fitted, metadata, watched = learn(tables.read(args.train / "train.parquet", wanted), model)
    args.model_dir.mkdir(parents=True, exist_ok=True)
    joblib.dump(fitted, args.model_dir / "model.joblib")
    tables.write_json(args.model_dir / "metadata.json", metadata)
    tables.write_json(args.model_dir / "baseline.json", watched)
    code = args.model_dir / "code" / "inference.py"
    code.parent.mkdir(exist_ok=True)
    code.write_bytes(importlib.resources.files(__package__).joinpath("inference.py").read_bytes())
    print(f"learned from {watched['rows']} rows, {len(metadata['features'])} features")


def _thresholds(
    scores: np.ndarray, label: np.ndarray, table: pa.Table, model: Model, settings: Hyperparameters
) -> dict[str, Any]:
    """Select as many of every group as there are positive rows in all."""
    attributes = model.gates.fairness.attributes if settings.thresholds == "per-group" else ()
    groups = {
        a: pc.fill_null(table.column(a).cast(pa.string()), "").to_pylist() for a in attributes
    }
    least = thresholds.LEVEL_ROWS * model.gates.fairness.min_rows
    return thresholds.fit(scores, float(label.mean()), groups, least)


def _kind(name: str, column: pa.Array) -> dict[str, Any]:
    if tables.is_number(column.type):
        return {"kind": "number"}
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise Refused(f"{name}: {column.type} cannot be learned; make it a number, boolean or text")
    counts = pc.value_counts(column.drop_null()).to_pylist()
    frequent = sorted(counts, key=lambda c: (-c["counts"], c["values"]))[:MOST_LEVELS]
    return {"kind": "category", "levels": sorted(c["values"] for c in frequent)}


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "joblib": joblib.__version__,
    }


def _arguments(argv: list[str]) -> argparse.Namespace:
    env = os.environ
    parser = argparse.ArgumentParser(prog="train", description=__doc__)
    parser.add_argument("--model", required=True, help="its name in the catalogue")
    parser.add_argument("--train", type=Path, default=env.get("SM_CHANNEL_TRAIN"))
    parser.add_argument("--catalogue", type=Path, default=env.get("SM_CHANNEL_CATALOGUE"))
    parser.add_argument("--model-dir", type=Path, default=env.get("SM_MODEL_DIR"))
    return parser.parse_args(argv)
