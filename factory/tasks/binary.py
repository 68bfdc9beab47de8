"""Is it so or not? One value of the label is yes, and everything else is no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from factory import reasons
from factory.tasks.task import (
    AUC,
    CLASSES,
    FLAG,
    HIGHER,
    NUMBER,
    TIMES,
    WORD,
    Counted,
    Field,
    Metric,
    Offered,
    Task,
)

if TYPE_CHECKING:
    from factory.catalogue.judged import Judged

SINGLE, PER_GROUP = "single", "per-group"
PAIR = 2
MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Binary(Task):
    """A yes-or-no question."""

    KIND: ClassVar[str] = "binary"
    PROBLEM: ClassVar[str] = "Binary Classification"
    LEARNS: ClassVar[str] = CLASSES
    METRICS: ClassVar[Mapping[str, Metric]] = {
        "auc": Metric(
            words="AUC", better=HIGHER, interval=AUC, range=(0.5, 1.0), least=(0.6, 0.55, 0.52)
        ),
        "average_precision": Metric(
            words="average precision", better=HIGHER, interval=AUC, range=(0.0, 1.0)
        ),
        "log_loss": Metric(words="log loss"),
        "brier": Metric(words="Brier score"),
    }
    ANSWER: ClassVar[Mapping[str, Field]] = {
        "score": Field(kind=NUMBER, words="the probability of yes"),
        "selected": Field(kind=FLAG, words="whether the score reaches the threshold"),
        "label": Field(kind=WORD, words="the value of the label that is decided"),
    }
    POINT: ClassVar[str] = "score"
    DECIDES: ClassVar[str] = "selected"
    RATES: ClassVar[tuple[str, ...]] = ("selected",)
    EXPECTS: ClassVar[bool] = True
    NAIVE: ClassVar[str] = "the share of yes"

    label: str
    """The column that holds the answer."""
    positive: str
    """The value of *label* that counts as yes; every other value is no."""
    thresholds: str = SINGLE
    """`single`: one threshold decides for everybody. `per-group`: each protected group has one, by
    which all are selected at the same rate; whoever approves is told. As many are selected as there
    are positive rows, or where gates.decisions names both costs, as many as cost least."""

    @property
    def target(self) -> str:
        """Return the column that is predicted."""
        return self.label

    @property
    def predicted(self) -> str:
        """Return in words what is predicted."""
        return f"{self.label} = {self.positive}"

    def violations(self, model: Judged) -> Iterator[str]:
        """Yield what is wrong with it in *model*."""
        if not self.positive.strip():
            yield "task.positive: is empty; say which value of the label is yes"
        if self.thresholds not in {SINGLE, PER_GROUP}:
            yield f"task.thresholds: {self.thresholds!r} is unknown; say {SINGLE} or {PER_GROUP}"
        unseen = [a for a in model.gates.fairness.attributes if a not in model.features]
        if self.thresholds == PER_GROUP and unseen:
            yield (
                f"task.thresholds: {', '.join(unseen)} is no feature, so no request tells whose "
                "threshold holds; make it one, or choose a single threshold"
            )

    def threshold_columns(self, model: Judged) -> tuple[str, ...]:
        """Return the columns each joint level of which has a threshold; none with one for all."""
        return model.gates.fairness.attributes if self.thresholds == PER_GROUP else ()

    def misfits(self, offered: Offered) -> Iterator[str]:
        """Yield what a contract says against the label."""
        at = f"{offered.field}: {offered.name!r}"
        if offered.kind in TIMES:
            yield (
                f"{at} is a {offered.kind} in {offered.product}; make a column of two values in "
                "the data"
            )
        elif offered.values is None:
            yield (
                f"{at} may hold anything in {offered.product}, and what is misspelled would count "
                "as no; list its two values with invalidValues in the contract"
            )
        else:
            yield from self._values(offered, offered.values)

    def _values(self, offered: Offered, values: tuple[str, ...]) -> Iterator[str]:
        if len(values) != PAIR:
            counted = "1 value" if len(values) == 1 else f"{len(values)} values"
            yield (
                f"{offered.field}: {offered.name!r} has {counted} in {offered.product}, and a "
                "model decides between two; make a column of two in the data, or ask a Multiclass "
                "question"
            )
        if self.positive not in values:
            yield (
                f"task.positive: {reasons.quoted(self.positive)} is not a value of "
                f"{offered.name!r} in {offered.product}; choose from {reasons.few(values)}"
            )

    def smallest(self, found: Counted) -> int:
        """Return the rows of the rarer of yes and no."""
        yes = found.values.get(self.positive, 0)
        return min(yes, found.rows - yes)

    def unsuited(self, found: Counted) -> Iterator[str]:
        """Yield what the rows say against it."""
        others = dict(found.values)
        yes = others.pop(self.positive, 0)
        named = ", ".join(reasons.quoted(v, 40) for v in list(others)[:MOST_NAMED])
        positive = reasons.quoted(self.positive, 60)
        if not yes:
            yield (
                f"task.positive: no row of {found.product} has {positive}; "
                f"there are {named or 'none'}"
            )
        if not others:
            yield (
                f"task.label: every row of {found.product} has {positive}; there is nothing to "
                "tell apart: land rows of both classes"
            )
        if len(others) > 1:
            yield (
                f"task.label: {found.product} has {len(others)} values beside {positive} "
                f"({named}), all of which would count as no; make a column of two in the data"
            )


TASK = Binary
