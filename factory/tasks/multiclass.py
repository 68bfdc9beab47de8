"""Which of several classes is it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from factory.tasks.task import (
    AUC,
    CLASSES,
    HIGHER,
    NUMBER,
    SHARE,
    SHARES,
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

FEWEST, MOST = 2, 100  # classes


@dataclass(frozen=True, kw_only=True)
class Multiclass(Task):
    """A question with several answers, of which one is right."""

    KIND: ClassVar[str] = "multiclass"
    PROBLEM: ClassVar[str] = "Multiclass Classification"
    LEARNS: ClassVar[str] = CLASSES
    METRICS: ClassVar[Mapping[str, Metric]] = {
        "log_loss": Metric(words="log loss"),
        "accuracy": Metric(words="accuracy", better=HIGHER, interval=SHARE, range=(0.0, 1.0)),
        "auc": Metric(
            words="AUC of the class that is told worst",
            better=HIGHER,
            interval=AUC,
            range=(0.5, 1.0),
            least=(0.6, 0.55, 0.52),
        ),
    }
    ANSWER: ClassVar[Mapping[str, Field]] = {
        "label": Field(kind=WORD, words="the most probable class"),
        "probability": Field(kind=NUMBER, words="how probable it is"),
        "probabilities": Field(kind=SHARES, words="the probability of each class"),
    }
    POINT: ClassVar[str] = "probability"
    DECIDES: ClassVar[str] = "label"
    EXPECTS: ClassVar[bool] = True
    NAIVE: ClassVar[str] = "the share of each class"

    label: str
    """The column that holds the class."""
    favourable: tuple[str, ...] = ()
    """Classes that are good for whom they are decided about: groups must get them as often."""

    @property
    def target(self) -> str:
        """Return the column that is predicted."""
        return self.label

    @property
    def rates(self) -> tuple[str, ...]:
        """Return how often each favourable class is decided."""
        return tuple(f"decided {word}" for word in self.favourable)

    def violations(self, model: Judged) -> Iterator[str]:
        """Yield what is wrong with it in *model*."""
        if not all(word.strip() for word in self.favourable):
            yield "task.favourable: names an empty class; name classes of the label"

    def misfits(self, offered: Offered) -> Iterator[str]:
        """Yield what a contract says against the label."""
        at = f"{offered.field}: {offered.name!r}"
        if offered.kind in TIMES:
            yield (
                f"{at} is a {offered.kind} in {offered.product}; make a column of classes in the "
                "data"
            )
        elif offered.values is None:
            yield (
                f"{at} may hold anything in {offered.product}, and what is misspelled would be a "
                "class of its own; list its values with invalidValues in the contract"
            )
        else:
            if not FEWEST <= len(offered.values) <= MOST:
                yield (
                    f"{at} has {len(offered.values)} values in {offered.product}; from {FEWEST} to "
                    f"{MOST} classes can be told apart"
                )
            if unknown := [word for word in self.favourable if word not in offered.values]:
                yield f"task.favourable: {', '.join(unknown)} is no value of {offered.name!r}"

    def unsuited(self, found: Counted) -> Iterator[str]:
        """Yield what the rows say against it."""
        if len(found.values) < FEWEST:
            yield (
                f"task.label: every row of {found.product} is of one class; there is nothing to "
                "tell apart: land rows of others"
            )
        if len(found.values) > MOST:
            yield (
                f"task.label: {found.product} has more than {MOST} classes; put rare ones together"
            )

    def smallest(self, found: Counted) -> int | None:
        """Return the rows of the rarest class."""
        return min(found.values.values(), default=None)


TASK = Multiclass
