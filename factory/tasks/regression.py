"""How much is it? A number, with the interval that it lies in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from factory.tasks.task import (
    NUMBER,
    NUMERIC,
    Counted,
    Field,
    Metric,
    Offered,
    Task,
    coverage_violations,
)

if TYPE_CHECKING:
    from factory.catalogue.judged import Judged


@dataclass(frozen=True, kw_only=True)
class Regression(Task):
    """A question whose answer is a number."""

    KIND: ClassVar[str] = "regression"
    PROBLEM: ClassVar[str] = "Regression"
    METRICS: ClassVar[Mapping[str, Metric]] = {
        "mae": Metric(words="mean absolute error"),
        "mse": Metric(words="mean squared error"),
    }
    ANSWER: ClassVar[Mapping[str, Field]] = {
        "value": Field(kind=NUMBER, words="what is expected"),
        "low": Field(kind=NUMBER, words="the lower end of the interval"),
        "high": Field(kind=NUMBER, words="the upper end of the interval"),
    }
    POINT: ClassVar[str] = "value"
    ERRORS: ClassVar[bool] = True
    EXPECTS: ClassVar[bool] = True
    NAIVE: ClassVar[str] = "the median"

    label: str
    """The column that holds the number."""
    unit: str = ""
    """In what it is counted: `ug/m3`, `EUR`."""
    coverage: float = 0.9
    """The share of rows whose number must lie in the interval that is answered."""

    @property
    def target(self) -> str:
        """Return the column that is predicted."""
        return self.label

    @property
    def covers(self) -> float:
        """Return the share of rows that must lie in the interval answered."""
        return self.coverage

    @property
    def predicted(self) -> str:
        """Return in words what is predicted."""
        return f"{self.label} in {self.unit}" if self.unit else self.label

    def violations(self, model: Judged) -> Iterator[str]:
        """Yield what is wrong with it in *model*."""
        yield from coverage_violations(self.coverage)

    def misfits(self, offered: Offered) -> Iterator[str]:
        """Yield what a contract says against the label."""
        if offered.kind not in NUMERIC:
            yield (
                f"{offered.field}: {offered.name!r} is of type {offered.kind} in "
                f"{offered.product}; a number is predicted: make one, or ask another question"
            )

    def unsuited(self, found: Counted) -> Iterator[str]:
        """Yield what the rows say against it."""
        if len(found.values) == 1:
            yield (
                f"task.label: every row of {found.product} has the same {self.label}; there is "
                "nothing to predict"
            )


TASK = Regression
