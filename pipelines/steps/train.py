"""What does the model learn? A recipe's estimator, in the factory's frame.

Sees the training rows and nothing else.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
import pyarrow as pa
import sklearn

from factory.catalogue.judged import Judged
from factory.catalogue.judged_document import plain
from factory.errors import InvalidSpec, Refused
from factory.training import steps
from pipelines import contract, serving_files
from pipelines.contract import Estimator, Recipe
from pipelines.measure import measure as measures
from pipelines.measure.measure import Held, Measure, Taught
from pipelines.steps import arguments, columns, files, folds, importance, spec, tables, wheels
from pipelines.steps.rows import Rows


class Learned(NamedTuple):
    """What an artifact is made of, besides its serving code."""

    estimator: Estimator
    metadata: dict[str, Any]


def learn(table: pa.Table, model: Judged, recipe: Recipe) -> Learned:
    """Return the trained estimator and the artifact's metadata."""
    parameters = contract.settings(recipe, model)
    if wrong := "; ".join(contract.unmade(recipe, model.task, parameters)):
        raise InvalidSpec(f"model {model.name!r}: {wrong}")
    rows = Rows(table)
    measure = measures.load(model.task, rows)
    kinds = columns.encoded(table, columns.of(table, model.inputs), recipe.TAKES)
    metadata: dict[str, Any] = {
        "model": model.name,
        "task": plain(model.task),
        "algorithm": recipe.ALGORITHM,
        "features": list(model.inputs),
        "columns": kinds,
        "hyperparameters": parameters,
        "versions": _versions(),
        "settings": {},
    }
    columns_ = {name: table.column(name).to_pylist() for name in kinds}
    taught = measure.teach(columns_, rows, metadata)
    if model.weight:
        taught = taught._replace(weight=_weight(taught.weight, model, rows))

    def fresh() -> Estimator:
        return contract.fresh(recipe, model.task, parameters)

    own, seed = measure.folds(), int(parameters["seed"])
    held_out = folds.of(model, rows, seed, int(parameters["folds"])) if own is None else own
    apart = fitted(taught, held_out, fresh)
    parts = list(apart) if measure.HOLDS else [next(apart)]
    raw = unseen(taught, parts, measure) if measure.HOLDS else np.empty(0)
    metadata["settings"] |= measure.settle(Held(raw, rows, model))
    known = taught.take(parts[0].held)
    metadata["importance"] = importance.measure(
        parts[0].estimator, known, measure, model.inputs, seed
    )
    return Learned(fit(fresh(), taught), metadata)


class Fold(NamedTuple):
    """An estimator, and the places of the rows that it has not learned from."""

    estimator: Estimator
    held: np.ndarray


def fitted(taught: Taught, held_out: np.ndarray, fresh: Callable[[], Any]) -> Iterator[Fold]:
    """Yield for each fold a *fresh* estimator that has learned from the others.

    *held_out* is the fold of each row, 0 where it is in none.
    """
    for fold in np.unique(held_out[held_out > 0]):
        learned = fit(fresh(), taught.take(np.flatnonzero(held_out != fold)))
        yield Fold(learned, np.flatnonzero(held_out == fold))


def unseen(taught: Taught, parts: Sequence[Fold], measure: Measure) -> np.ndarray:
    """Return what is said of each row by the estimator that has not learned from it."""
    answers = [measure.raw(part.estimator, taught.frame.iloc[part.held]) for part in parts]
    said = np.full((len(taught.target), *answers[0].shape[1:]), np.nan)
    for part, raw in zip(parts, answers, strict=True):
        said[part.held] = raw
    return said


def fit(estimator: Any, taught: Taught) -> Any:
    """Let *estimator* learn; the last step of a Pipeline gets the weights, as it takes none."""
    frame = _without_empty(taught.frame)
    if taught.weight is None:
        return estimator.fit(frame, taught.target)
    steps_of = getattr(estimator, "steps", None)
    name = f"{steps_of[-1][0]}__sample_weight" if steps_of else "sample_weight"
    return estimator.fit(frame, taught.target, **{name: taught.weight})


def _without_empty(frame: Any) -> Any:
    """Return *frame* with 0 in the columns of numbers without any: they teach nothing either way.

    Histograms of no number are an error to scikit-learn, be it in one fold alone.
    """
    numbers = frame.select_dtypes("number")
    empty = [name for name in numbers if numbers[name].isna().all()]
    return frame.assign(**dict.fromkeys(empty, 0.0)) if empty else frame


def _weight(own: np.ndarray | None, model: Judged, rows: Rows) -> np.ndarray:
    """Return what each row weighs by the spec, and by its kind."""
    found = rows.numbers(model.weight)
    if not (np.isfinite(found).all() and (found >= 0).all() and found.any()):
        raise Refused(f"{model.weight}: a weight is missing, below 0, or all are 0; land them anew")
    return found if own is None else found * own


def main(argv: list[str]) -> None:
    """Train the model and write its artifact: estimator, metadata, serving code."""
    args = arguments.parse(steps.TRAIN, argv)
    model = spec.read(args.model, args.spec)
    rows = tables.read(args.train / "train.parquet", model.taught)
    wheels.lay(args.out)
    learned = learn(rows, model, contract.load(model.recipe))
    pack(learned, args.out)
    print(f"learned from {rows.num_rows} rows, {len(model.inputs)} columns")


def pack(learned: Learned, folder: Path) -> None:
    """Write the files of the artifact to *folder*."""
    for name, content in serving_files.files(learned.metadata["task"]["kind"]).items():
        code = folder / name
        code.parent.mkdir(parents=True, exist_ok=True)
        code.write_bytes(content)
    joblib.dump(learned.estimator, folder / contract.ESTIMATOR)
    files.write_json(folder / contract.METADATA, learned.metadata)


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "joblib": joblib.__version__,
    }
