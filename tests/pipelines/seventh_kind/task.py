"""Which few rows are unlike the others? As many alarms as somebody can look into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from factory import reasons
from factory.tasks.task import FLAG, HIGHER, NUMBER, Counted, Field, Metric, Offered, Task

if TYPE_CHECKING:
    from factory.catalogue.judged import Judged


@dataclass(frozen=True, kw_only=True)
class Anomaly(Task):
    """A question whose answer is how odd a row is, and whether it is worth an alarm."""

    KIND: ClassVar[str] = "anomaly"
    PROBLEM: ClassVar[str] = "Anomaly Detection"
    METRICS: ClassVar[Mapping[str, Metric]] = {
        "precision": Metric(words="precision within the budget", better=HIGHER, range=(0.0, 1.0)),
    }
    ANSWER: ClassVar[Mapping[str, Field]] = {
        "score": Field(kind=NUMBER, words="how odd the row is"),
        "alarm": Field(kind=FLAG, words="whether it is among the oddest that the budget covers"),
    }
    POINT: ClassVar[str] = "score"
    DECIDES: ClassVar[str] = "alarm"
    RATES: ClassVar[tuple[str, ...]] = ("alarm",)
    NAIVE: ClassVar[str] = "as many alarms at random"

    label: str
    """The column that tells what was found wherever somebody has looked."""
    positive: str
    """The value of *label* that deserves an alarm."""
    budget: float = 0.01
    """The share of rows for which there may be an alarm."""

    @property
    def target(self) -> str:
        """Return the column by which alarms are judged."""
        return self.label

    @property
    def predicted(self) -> str:
        """Return in words what is predicted."""
        return f"{self.label} = {self.positive}, with an alarm for {self.budget:g} of all rows"

    def violations(self, model: Judged) -> Iterator[str]:
        """Yield what is wrong with it in *model*."""
        if not 0 < self.budget <= 0.5:
            yield f"task.budget: {self.budget} is not in (0, 0.5]; 0.01 is usual"

    def threshold_columns(self, model: Judged) -> tuple[str, ...]:
        """Return none: one threshold holds for all."""
        return ()

    def misfits(self, offered: Offered) -> Iterator[str]:
        """Yield what a contract says against the label."""
        if self.positive not in (offered.values or ()):
            yield (
                f"task.positive: {reasons.quoted(self.positive)} is not listed for "
                f"{offered.name!r} in {offered.product}; list its values in the contract"
            )

    def smallest(self, found: Counted) -> int:
        """Return the rows that deserve an alarm."""
        return found.values.get(self.positive, 0)


TASK = Anomaly
