"""What must a kind of model offer, so that it is taught, asked and measured? The base of all.

A file of this folder is named as its task's in factory/tasks, and declares `MEASURE`. It travels
with the model, so that all here imports numpy and nothing else at the top.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from pipelines.measure import estimates, losses

PAIR = 2  # units that have a spread
Answers = Mapping[str, np.ndarray]
"""By field, an entry a row; a field of shares is a matrix of rows by classes in order."""
Settings = Mapping[str, Any]
"""What training has found out beside the estimator, as plain JSON: it is in the metadata."""
Metadata = dict[str, Any]
"""What an artifact says of itself: `task` as the spec has it, `columns` and their kinds, and
`settings`."""
Estimate = dict[str, Any]
"""A value with what its interval is computed from, see `factory.gates.estimates`."""


class Rows(Protocol):
    """Columns of a split in canonical form, in one order of rows."""

    def __len__(self) -> int:
        """Return how many rows there are."""

    def numbers(self, column: str) -> np.ndarray:
        """Return numbers, or booleans as 0 and 1, as floats; NaN where one is missing."""

    def texts(self, column: str) -> np.ndarray:
        """Return canonical texts as objects; an empty one where a value is missing."""

    def values(self, column: str) -> np.ndarray:
        """Return numbers as floats, times as datetime64, and texts as objects or None."""


class Windows(NamedTuple):
    """Which rows teach, and which are asked, some of them in several questions."""

    teach: np.ndarray
    """The numbers of the rows to learn from."""
    rows: np.ndarray
    """The numbers of the rows that are asked, question after question."""
    hidden: np.ndarray
    """Which of these are to be answered: their target is taken away."""
    origin: np.ndarray
    """Of each, from when on is asked."""
    question: np.ndarray
    """Of each, the number of its question."""


class Taught(NamedTuple):
    """What an estimator learns from."""

    frame: Any
    """A data frame of features."""
    target: np.ndarray
    weight: np.ndarray | None

    def take(self, places: np.ndarray) -> Taught:
        """Return some of its rows."""
        weight = None if self.weight is None else self.weight[places]
        return Taught(self.frame.iloc[places], self.target[places], weight)


class Asked(NamedTuple):
    """A request, as a kind of model reads it."""

    frame: Any
    """A data frame of features, a row for each that the estimator answers."""
    columns: Mapping[str, Any]
    """The columns of the request, canonical, by name."""
    context: Any = None
    """What a kind remembers of it until it answers."""


class Held(NamedTuple):
    """Training rows that were answered by estimators which have not learned from them."""

    raw: np.ndarray
    """Empty unless the measure `HOLDS`."""
    rows: Rows
    model: Any
    """The judged part of the spec."""


class Member(NamedTuple):
    """A part of a model that is judged by itself."""

    levels: tuple[str, ...]
    """Of the task's columns of members."""
    gain: Estimate | None
    """By how much it is better than its own naive model; None where it lacks data."""
    unanswered: int = 0
    """Rows whose answer is missing or not finite."""


class Measure:
    """How one kind of model is taught and measured.

    *task* is what the spec asks, *taught* the rows to learn from, where they are at hand.
    """

    HOLDS: ClassVar[bool] = False
    """Whether `settle` needs answers to training rows that no model has learned from."""
    NEEDS: ClassVar[str] = f"{PAIR} rows"
    """The least that is `measurable`, in words."""

    def __init__(self, task: Any, taught: Rows | None = None) -> None:
        self.task = task
        self._taught = taught

    @property
    def taught(self) -> Rows:
        """Return the rows to learn from."""
        if self._taught is None:
            raise RuntimeError("the rows to learn from are not at hand in this step")
        return self._taught

    def check(self, rows: Rows, split: str) -> None:
        """Raise Refused where the labels of the *split* are none of the task's."""

    def windows(self, rows: Rows, count: int) -> Windows | None:
        """Return the questions of *count* moments; None of a kind that asks row by row."""
        return None

    def judged(self, truth: Rows) -> np.ndarray:
        """Return which rows judge."""
        return np.ones(len(truth), bool)

    def target(self, rows: Rows) -> np.ndarray:
        """Return what the estimator learns; Refused where nothing can be learned from *rows*."""
        return rows.numbers(self.task.target)

    def weight(self, rows: Rows) -> np.ndarray | None:
        """Return what each row weighs when it teaches; None for all alike."""
        return None

    def settle(self, held: Held) -> Settings:
        """Return what answering needs beside the estimator."""
        return {}

    def teach(self, columns: Mapping[str, Any], rows: Rows, metadata: Metadata) -> Taught:
        """Return what the estimator learns of *rows*, whose inputs are *columns*."""
        return Taught(self.ask(columns, metadata).frame, self.target(rows), self.weight(rows))

    def folds(self) -> np.ndarray | None:
        """Return for each row that teaches in which fold, from 1, it is held out; 0 for none.

        None leaves it to the factory, which folds rows as the split parts them.
        """
        return None

    @classmethod
    def ask(cls, columns: Mapping[str, Any], metadata: Metadata) -> Asked:
        """Read a request: Unanswerable where its sender must mend it."""
        from pipelines.measure import features  # noqa: PLC0415 - pandas, where it is needed

        unseen = cls.hidden(metadata["task"])
        seen = [name for name in metadata["features"] if name not in unseen]
        kinds = {name: metadata["columns"][name] for name in seen}  # in the order of training
        return Asked(features.frame(columns, kinds), columns)

    @staticmethod
    def hidden(task: Mapping[str, Any]) -> set[str]:
        """Return the columns of a request that the estimator must not see."""
        return set()

    @staticmethod
    def raw(estimator: Any, frame: Any) -> np.ndarray:
        """Return what the *estimator* says of each row of a data frame."""
        return np.asarray(estimator.predict(frame), float)

    @classmethod
    def lost(cls, estimator: Any, taught: Taught) -> np.ndarray:
        """Return what the *estimator* loses in each row, of what it learns and not of answers."""
        return losses.absolute(taught.target, cls.raw(estimator, taught.frame))

    @staticmethod
    def answer(raw: np.ndarray, asked: Asked, metadata: Metadata) -> Answers:
        """Return the answers to the rows of a request."""
        raise NotImplementedError

    def naive(self, asked: Rows) -> Answers:
        """Return what a model answers that knows nothing of a row but what was `taught`."""
        raise NotImplementedError

    def losses(self, metric: str, truth: Rows, answers: Answers) -> np.ndarray:
        """Return the loss of each row, or of each question where rows belong together."""
        raise NotImplementedError

    def estimate(self, metric: str, truth: Rows, answers: Answers) -> Estimate:
        """Return the *metric* with what its interval needs."""
        return estimates.mean(self.losses(metric, truth, answers))

    def difference(self, metric: str, truth: Rows, answers: Answers, others: Answers) -> Estimate:
        """Return by how much *answers* are better than *others* on the same rows."""
        return estimates.difference(
            self.losses(metric, truth, answers), self.losses(metric, truth, others)
        )

    def members(self, truth: Rows, answers: Answers, others: Answers) -> Sequence[Member] | None:
        """Compare with *others* member by member; None of a kind that has no members."""
        return None

    def measurable(self, truth: Rows) -> bool:
        """Say whether *truth* has rows enough for an interval of the task's own metric."""
        return len(truth) >= PAIR

    def views(self, rows: Rows) -> Mapping[str, np.ndarray]:
        """Return the label as yes-or-no questions, by which leaks are looked for."""
        raise NotImplementedError

    def chosen(self, truth: Rows, answers: Answers) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
        """Return what groups must get equally often: for each thing who could, and who did."""
        return {}

    def decided(self, truth: Rows, answers: Answers) -> tuple[np.ndarray, np.ndarray]:
        """Return the class of each row, and the one that is decided."""
        raise NotImplementedError

    def errors(self, truth: Rows, answers: Answers) -> np.ndarray | None:
        """Return the signed error of each row, of which no group may have more; None for none."""
        return None

    def cutoff(self) -> dict[str, Any]:
        """Say whether what is learned and asked changes with what comes after an origin."""
        raise NotImplementedError

    def advance(self, truth: Rows) -> Mapping[str, tuple[float, str]]:
        """Return by column known in advance how well it alone tells what comes, and how."""
        return {}

    def inside(self, truth: Rows, answers: Answers) -> tuple[Estimate, float] | None:
        """Return the share of rows that lie in the interval answered, and the one that must."""
        return None

    def widths(self, truth: Rows, answers: Answers, simple: Answers) -> tuple[float, float] | None:
        """Return the mean width of intervals, and of those that the *simple* answers would need."""
        return None

    def calibration(self, truth: Rows, answers: Answers) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return expectations and what came of them, which must agree on average."""
        return []

    def known(self, rows: Rows) -> np.ndarray | None:
        """Return the numbers of *rows* that answers are about; None where they are about none."""
        return None

    def odd(self, asked: Rows, answers: Answers) -> Mapping[str, int]:
        """Count by what it is, in words, the answers to what was *asked* that cannot be."""
        return {}


def outside(shares: np.ndarray, low: float = 0.0, high: float = 1.0) -> int:
    """Count the numbers that are not from *low* to *high*; NaN is not."""
    return int((~((shares >= low) & (shares <= high))).sum())


def not_held(answers: Answers) -> Mapping[str, int]:
    """Count the intervals that do not hold their own value, for `Measure.odd`."""
    value = answers["value"]
    held = (answers["low"] <= value) & (value <= answers["high"])
    return {"an interval that does not hold its value": int((~held).sum())}


def load(task: Any, taught: Rows | None = None) -> Measure:
    """Return the measure of a *task*."""
    found: type[Measure] = importlib.import_module(f"{__package__}.{task.KIND}").MEASURE
    return found(task, taught)
