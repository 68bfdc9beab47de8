"""What was measured? One function per section of the evidence; each is plain JSON."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from factory.errors import Refused
from factory.gates import estimates
from factory.gates.looks import label_of
from factory.tasks import answers
from factory.tasks.answers import Answer
from pipelines.measure import measure
from pipelines.measure.features import NUMBER
from pipelines.measure.measure import Answers, Measure
from pipelines.steps import tables
from pipelines.steps.rows import Rows


@dataclass(frozen=True)
class Said:
    """What one artifact answers to the rows of the test split, in their order."""

    table: pa.Table

    @cached_property
    def answers(self) -> Answers:
        """Return the answers by field, as arrays."""
        return {name: _array(self.table.column(name)) for name in self.table.column_names[1:]}

    @cached_property
    def tuples(self) -> list[Answer]:
        """Return the answer to each row, as they are compared."""
        columns = [self.table.column(name).to_pylist() for name in self.table.column_names[1:]]
        plain = ([tuple(v) if isinstance(v, list) else v for v in column] for column in columns)
        return list(zip(*plain, strict=True))


@dataclass(frozen=True)
class ScoredSplit:
    """The test split with its labels, and the predictions on it, all in one order of rows."""

    model: Judged
    train: pa.Table
    """The rows to learn from."""
    features: pa.Table
    labels: pa.Table
    """The columns by which answers are judged, the key first."""
    challenger: Said
    champion: Said | None
    """None while no version is approved."""
    questions: Sequence[int] | None = None
    """The number of each row's question; None where each row is one."""
    instead: Answers | None = None
    """What a negative control lets the challenger say."""

    def answered_by(self, answers: Answers) -> ScoredSplit:
        """Return the same rows, otherwise answered; what is known of the rows is kept."""
        other = replace(self, instead=answers)
        vars(other).update({name: getattr(self, name) for name in ("truth", "measure")})
        vars(other).update({"simple": self.simple} if "simple" in vars(self) else {})
        return other

    @cached_property
    def keys(self) -> list[str]:
        """Return the names of the rows."""
        return list(self.features.column(self.model.key).to_pylist())

    @cached_property
    def asked(self) -> str:
        """Return the digest of the rows, whatever their order: keys and all features."""
        columns = self.features.column_names
        return _digest(tables.signatures(self.features, columns).to_pylist())

    @cached_property
    def answered(self) -> str:
        """Return the digest of what the challenger itself has said."""
        return answered(self.keys, self.challenger)

    @cached_property
    def simple(self) -> Answers:
        """Return what a model answers that knows nothing of a row."""
        return self.measure.naive(self.truth)

    @property
    def answers(self) -> Answers:
        """Return what the challenger says."""
        return self.challenger.answers if self.instead is None else self.instead

    @cached_property
    def measure(self) -> Measure:
        """Return how the model's kind is measured."""
        return measure.load(self.model.task, Rows(self.train))

    @cached_property
    def truth(self) -> Rows:
        """Return all columns of the test rows, with their labels."""
        whole = self.features
        for name in self.labels.column_names[1:]:
            whole = whole.append_column(name, self.labels.column(name))
        return Rows(whole)

    @cached_property
    def measurable(self) -> bool:
        """Say whether there are enough rows of each kind for an interval."""
        return self.measure.measurable(self.truth)


def _array(column: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_list(column.type):
        return np.array(column.to_pylist(), float)
    if pa.types.is_boolean(column.type):
        return np.array(column.to_pylist(), bool)
    return np.asarray(column.to_numpy(zero_copy_only=False))


def aligned(keys: Sequence[str], table: pa.Table, what: str) -> pa.Table:
    """Return *table* (its first column names the row) in the order of *keys*.

    Raises Refused unless it names exactly these rows, each once.
    """
    named, wanted = table.column(0).combine_chunks(), pa.array(keys, pa.string())
    rows = pc.index_in(wanted, value_set=named)
    known = len(pc.unique(named)) == len(pc.unique(wanted)) == table.num_rows == len(keys)
    if not known or rows.null_count:
        raise Refused(
            f"{what}: {table.num_rows} rows do not match the {len(keys)} rows of the test split"
        )
    return table.take(rows)


def answered(keys: Sequence[str], said: Said) -> str:
    """Return the digest of what was *said*, whatever the order, as exact as it is compared.

    Rows that were answered with nothing at all, such as those of a history, are not in it.
    """
    told = [any(part is not None for part in answer) for answer in said.tuples]
    rows = zip(
        itertools.compress(keys, told),
        answers.lines(list(itertools.compress(said.tuples, told))),
        strict=True,
    )
    return _digest(list(map("\x1f".join, rows)))


def exam(split: ScoredSplit, report: Mapping[str, Any]) -> dict[str, Any]:
    """Say how the challenger was asked, and what was asked and answered, by digest."""
    digests = {"asked": split.asked, "answers": split.answered}
    return {k: v for k, v in report.items() if k != "artifact"} | digests


def quality(split: ScoredSplit) -> dict[str, Any]:
    """Return every metric of the task on the test split, each with what its interval needs."""
    found = {
        metric: split.measure.estimate(metric, split.truth, split.answers)
        for metric in split.model.task.METRICS
    }
    return {"rows": int(split.measure.judged(split.truth).sum()), "metrics": found}


def naive(split: ScoredSplit) -> dict[str, Any]:
    """Compare with a model that knows nothing of a row."""
    metric = next(iter(split.model.task.METRICS))
    simple = split.simple
    errors = split.measure.errors(split.truth, simple)
    return {
        **({} if errors is None else {"size": float(np.nanmean(np.abs(errors)))}),
        "metric": metric,
        "naive": _value(split, metric, simple),
        "difference": split.measure.difference(metric, split.truth, split.answers, simple),
    }


def champion(split: ScoredSplit, digest: str) -> dict[str, Any]:
    """Compare with the champion's answers on the same rows; without one, say so."""
    if split.champion is None:
        return {"state": "none"}
    metric = next(iter(split.model.task.METRICS))
    kind, others = split.measure, split.champion.answers
    return {
        "state": "compared",
        "digest": digest,
        "rows_digest": _digest(split.keys),
        "asked": split.asked,
        "answers": answered(split.keys, split.champion),
        "challenger_answers": split.answered,
        "metric": metric,
        "challenger": _value(split, metric, split.answers),
        "champion": _value(split, metric, others),
        "difference": kind.difference(metric, split.truth, split.answers, others),
    }


def _value(split: ScoredSplit, metric: str, answers: Answers) -> float:
    return estimates.of(split.measure.estimate(metric, split.truth, answers)).value


def baseline(found: Mapping[str, Any], features: Sequence[str], train: pa.Table) -> dict[str, Any]:
    """Say what the monitoring baseline covers of the *features* that the model is asked about."""
    return {
        "columns": sorted(set(features) & set(found["columns"])),
        "flat": [name for name, bins in found["columns"].items() if _flat(bins, train, name)],
        "rows": found["rows"],
        "train_rows": train.num_rows,
    }


def looks(look: str, lineage: Mapping[str, Any], model: Judged) -> dict[str, Any]:
    """Say which *look*, in digits, this is at which rows; counts what retrain has counted."""
    test = lineage["inputs"]["test"]
    exam = {"product": test["product"], "snapshot": test["snapshot"], "label": label_of(model)}
    return {"look": int(look), **exam}


def _flat(bins: Mapping[str, Any], train: pa.Table, name: str) -> bool:
    """Say whether one bin has all values of a number or a category, although they differ."""
    parts = bins["counts"] if bins["kind"] == NUMBER else bins.get("levels", {}).values()
    filled = sum(1 for rows in parts if rows) + bool(bins.get("other"))
    return filled == 1 and pc.count_distinct(train.column(name), "only_valid").as_py() > 1


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
