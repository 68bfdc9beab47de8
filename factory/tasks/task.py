"""What does the factory ask of every kind of question? The base of all tasks."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from factory.variant import Variant

if TYPE_CHECKING:
    from factory.catalogue.judged import Judged

NAME = re.compile(r"[a-z][a-z_]{0,30}")
NUMBER, FLAG, WORD, SHARES = "number", "flag", "word", "shares"
"""What a field of an answer holds; `SHARES` are numbers by the word of each class."""
HIGHER, LOWER = "higher", "lower"
CLASSES, NUMBERS = "classes", "numbers"
"""What an estimator learns to tell."""
SQUARED, ABSOLUTE, POISSON = "squared_error", "absolute_error", "poisson"
"""The losses by which it learns numbers, as scikit-learn calls them."""
MEAN, SHARE, AUC = "mean", "share", "auc"
"""How the interval of a metric is computed, see `factory.gates.estimates`."""
NUMERIC, TIMES = {"integer", "number"}, {"date", "timestamp"}
"""The kinds of columns, as contracts call them, that are numbers, and that are moments."""
ACTUAL, ORIGIN = "(actual)", "(origin)"
"""The columns of a test split with what came of a row that was asked ahead, and from when on."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number by which answers are judged."""

    words: str
    better: str = LOWER
    """`higher` for a score, `lower` for an error."""
    interval: str = MEAN
    range: tuple[float, float] = (0.0, math.inf)
    """From what knowing nothing gives, or the best, to what cannot be reached, for a floor."""
    least: tuple[float, float, float] | None = None
    """The lowest floor that a spec may set, by risk tier, where data do not matter."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A part of the answer to each row."""

    kind: str
    words: str
    empty: bool = False
    """Whether rows that only inform, such as a history, have none."""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What the contract of a data product promises of one of a task's columns."""

    product: str
    field: str
    """Of the spec, in which the column is named."""
    name: str
    kind: str
    """`string`, `integer`, `number`, `boolean`, `date` or `timestamp`."""
    required: bool
    values: tuple[str, ...] | None
    """The canonical texts of all that it may hold; None where the contract says nothing."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What the rows of a data product hold in the column that is to be predicted."""

    product: str
    rows: int
    values: Mapping[str, int]
    """Rows by value, in canonical text, the most frequent first; 255 values at most."""


@dataclass(frozen=True, kw_only=True)
class Task(Variant):
    """A kind of question: everything about it that is no arithmetic on rows."""

    PROBLEM: ClassVar[str]
    """The problem type on the model's card."""
    LEARNS: ClassVar[str] = NUMBERS
    """What a recipe's estimator must be: a classifier with `predict_proba`, or a regressor."""
    LOSS: ClassVar[str] = SQUARED
    """By what a regressor should learn."""
    METRICS: ClassVar[Mapping[str, Metric]]
    """What a floor may be set on; the first is usual, and compares with naive and champion."""
    ANSWER: ClassVar[Mapping[str, Field]]
    """The fields of an answer, in the order of a CSV row."""
    POINT: ClassVar[str]
    """The numeric field that orders answers, and by which groups, ranges and ties are judged."""
    DECIDES: ClassVar[str] = ""
    """The field that decides about a row, where there is one; right decisions are demanded then."""
    RATES: ClassVar[tuple[str, ...]] = ()
    """What groups must get equally often."""
    ERRORS: ClassVar[bool] = False
    """Whether a group must not be answered less exactly, or more to one side, than the rest."""
    EXPECTS: ClassVar[bool] = False
    """Whether answers are expectations, which must agree in the mean with what comes about."""
    CUTOFF: ClassVar[bool] = False
    """Whether it asks about the future, of which nothing may be known."""
    NAIVE: ClassVar[str]
    """The model that knows nothing, in words: `the mean`."""

    @classmethod
    def named(cls, kind: str) -> type[Self]:
        """Return the class of the *kind*, which the file of its name declares as `TASK`."""
        if not NAME.fullmatch(kind):
            raise KeyError(kind)
        try:
            found: type[Self] = importlib.import_module(f"{__package__}.{kind}").TASK
        except (ModuleNotFoundError, AttributeError) as unknown:
            raise KeyError(kind) from unknown
        return found

    @property
    def target(self) -> str:
        """Return the column that is predicted."""
        raise NotImplementedError

    @property
    def predicted(self) -> str:
        """Return in words what is predicted."""
        return self.target

    @property
    def columns(self) -> Mapping[str, str]:
        """Return the columns of the data that the task names, by the field that names each."""
        return {"label": self.target}

    @property
    def rates(self) -> tuple[str, ...]:
        """Return what groups must get equally often, as far as the spec says it."""
        return self.RATES

    @property
    def complete(self) -> tuple[str, ...]:
        """Return those of its columns that may not be missing."""
        return tuple(self.columns.values())

    @property
    def judged_by(self) -> tuple[str, ...]:
        """Return the columns of the test split by which answers are judged."""
        return tuple(self.columns.values())

    @property
    def sent(self) -> tuple[str, ...]:
        """Return the columns that a request carries beside the features."""
        return ()

    @property
    def together(self) -> tuple[str, ...]:
        """Return the columns whose values tell which rows of a request are one question."""
        return ()

    @property
    def members(self) -> tuple[str, ...]:
        """Return the columns whose levels are members, each judged by itself; none of most."""
        return ()

    @property
    def falls_back(self) -> bool:
        """Say whether the naive model answers for members that it answers better."""
        return False

    @property
    def covers(self) -> float | None:
        """Return the share of rows that must lie in the interval answered; None for none."""
        return None

    def violations(self, model: Judged) -> Iterator[str]:
        """Yield what is wrong with it in *model*, as `field: the fact; the remedy`."""
        yield from ()

    def threshold_columns(self, model: Judged) -> tuple[str, ...] | None:
        """Return the columns each joint level of which has a threshold of its own.

        None where no threshold decides. Where one does, the measure settles `thresholds`, as
        `pipelines.measure.thresholds.fit` returns them: card and replay tell them.
        """
        return None

    def misfits(self, offered: Offered) -> Iterator[str]:
        """Yield what a contract says against one of its columns; the column is there."""
        yield from ()

    def smallest(self, found: Counted) -> int | None:
        """Return the rows of the smallest class; None where there are no classes."""
        return None

    def unsuited(self, found: Counted) -> Iterator[str]:
        """Yield what the rows say against it; no value but of the label is named."""
        yield from ()


def coverage_violations(coverage: float) -> Iterator[str]:
    """Yield what is wrong with the share of rows that an interval is to hold."""
    if not 0.5 <= coverage <= 0.99:  # noqa: PLR2004 - stands in the words
        yield f"task.coverage: {coverage} is not in [0.5, 0.99]; 0.9 is usual"
