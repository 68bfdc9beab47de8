"""What was measured? One function per section of the evidence; each is plain JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from factory.catalogue.judged import Judged
from factory.errors import Refused
from pipelines.steps import delong, tables

DIGITS = 6  # of a score after the point: no machine's sums differ there
MEASURABLE = 2  # rows of each class, below which an AUC has no variance


class Answers(NamedTuple):
    """Score and decision of each row."""

    score: np.ndarray
    selected: np.ndarray


@dataclass(frozen=True)
class ScoredSplit:
    """The test split with its labels, and the predictions on it, all in one order of rows."""

    model: Judged
    features: pa.Table
    label: np.ndarray
    score: np.ndarray
    selected: np.ndarray
    champion: Answers | None
    """None while no version is approved."""

    @property
    def keys(self) -> list[str]:
        """Return the names of the rows."""
        return list(self.features.column(self.model.key).to_pylist())

    @property
    def answers(self) -> Answers:
        """Return what the challenger says."""
        return Answers(self.score, self.selected)

    @property
    def measurable(self) -> bool:
        """Say whether both classes have enough rows for an AUC."""
        positive = int(self.label.sum())
        return min(positive, len(self.label) - positive) >= MEASURABLE


def aligned(keys: Sequence[str], table: pa.Table, what: str) -> pa.Table:
    """Return *table* (its first column names the row) in the order of *keys*.

    Raises Refused unless it names exactly these rows, each once.
    """
    rows = {key: row for row, key in enumerate(table.column(0).to_pylist())}
    if len(rows) != table.num_rows or set(rows) != set(keys):
        raise Refused(
            f"{what}: {table.num_rows} rows do not match the {len(keys)} rows of the test split"
        )
    return table.take(pa.array([rows[k] for k in keys], pa.int64()))


def asked(split: ScoredSplit) -> str:
    """Return the digest of the rows, whatever their order: their keys and all their features."""
    columns = split.features.column_names
    return _digest(tables.signatures(split.features, columns).to_pylist())


def answered(keys: Sequence[str], answers: Answers) -> str:
    """Return the digest of *answers*, whatever their order, as exact as they are compared."""
    rows = zip(keys, answers.score.tolist(), answers.selected.tolist(), strict=True)
    return _digest([f"{key}\x1f{score:.{DIGITS}f}\x1f{chosen:d}" for key, score, chosen in rows])


def exam(split: ScoredSplit, report: Mapping[str, Any]) -> dict[str, Any]:
    """Say how the challenger was asked, and what was asked and answered, by digest."""
    digests = {"asked": asked(split), "answers": answered(split.keys, split.answers)}
    return {k: v for k, v in report.items() if k != "artifact"} | digests


def ranked(score: np.ndarray) -> np.ndarray:
    """Return scores as exact as they are compared when they are asked again.

    What is closer may be told in any order in service, so that it must not rank in an exam.
    """
    with np.errstate(over="ignore"):
        rounded = np.round(score, DIGITS)
    return np.where(np.isfinite(rounded), rounded, score)


def quality(split: ScoredSplit) -> dict[str, Any]:
    """Return AUC and DeLong's standard error on the test split."""
    found = delong.auc(split.label, ranked(split.score))
    return {
        "metric": "auc",
        "value": found.value,
        "standard_error": found.standard_error,
        "rows": len(split.label),
        "positives": int(split.label.sum()),
    }


def accuracy(split: ScoredSplit) -> float:
    """Return the share of decisions that agree with the label."""
    return float((split.selected == split.label.astype(bool)).mean())


def champion(split: ScoredSplit, digest: str) -> dict[str, Any]:
    """Compare with the champion's scores on the same rows; without one, say so."""
    if split.champion is None:
        return {"state": "none"}
    new = delong.auc(split.label, ranked(split.score))
    old = delong.auc(split.label, ranked(split.champion.score))
    found = delong.difference(new, old)
    return {
        "state": "compared",
        "digest": digest,
        "rows_digest": _digest(split.keys),
        "asked": asked(split),
        "answers": answered(split.keys, split.champion),
        "challenger_answers": answered(split.keys, split.answers),
        "challenger": new.value,
        "champion": old.value,
        "difference": found.value,
        "standard_error": found.standard_error,
    }


def baseline(found: Mapping[str, Any], features: Sequence[str], train: pa.Table) -> dict[str, Any]:
    """Say what the monitoring baseline covers of the *features* that the model is asked about."""
    return {
        "columns": sorted(set(features) & set(found["columns"])),
        "rows": found["rows"],
        "train_rows": train.num_rows,
    }


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
