"""How often does it happen? A count, in proportion to an exposure where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from factory.tasks.task import NUMBER, NUMERIC, POISSON, Counted, Field, Metric, Offered, Task


@dataclass(frozen=True, kw_only=True)
class Count(Task):
    """A question whose answer is how many: claims, visits, failures."""

    KIND: ClassVar[str] = "count"
    PROBLEM: ClassVar[str] = "Regression"
    LOSS: ClassVar[str] = POISSON
    METRICS: ClassVar[Mapping[str, Metric]] = {
        "deviance": Metric(words="mean Poisson deviance"),
        "mae": Metric(words="mean absolute error"),
    }
    ANSWER: ClassVar[Mapping[str, Field]] = {
        "expected": Field(kind=NUMBER, words="how many are expected"),
        "rate": Field(kind=NUMBER, words="how many are expected of one unit of exposure"),
    }
    POINT: ClassVar[str] = "expected"
    ERRORS: ClassVar[bool] = True
    EXPECTS: ClassVar[bool] = True
    NAIVE: ClassVar[str] = "the mean rate"

    label: str
    """The column that holds the count."""
    exposure: str = ""
    """The column that says how long, or how many, were there to count on; empty for all alike. A
    request carries it after the features."""

    @property
    def target(self) -> str:
        """Return the column that is predicted."""
        return self.label

    @property
    def predicted(self) -> str:
        """Return in words what is predicted."""
        return f"{self.label} per {self.exposure}" if self.exposure else self.label

    @property
    def columns(self) -> Mapping[str, str]:
        """Return the columns of the data that the task names."""
        return {"label": self.label} | ({"exposure": self.exposure} if self.exposure else {})

    @property
    def sent(self) -> tuple[str, ...]:
        """Return the exposure: it is known when the question is asked."""
        return (self.exposure,) if self.exposure else ()

    def misfits(self, offered: Offered) -> Iterator[str]:
        """Yield what a contract says against the label and the exposure."""
        if offered.kind not in NUMERIC:
            yield (
                f"{offered.field}: {offered.name!r} is of type {offered.kind} in "
                f"{offered.product}; a number is needed: make one in the data"
            )

    def unsuited(self, found: Counted) -> Iterator[str]:
        """Yield what the rows say against it."""
        if len(found.values) == 1:
            yield (
                f"task.label: every row of {found.product} has the same {self.label}; there is "
                "nothing to predict"
            )
        if any(value.startswith("-") for value in found.values):
            yield f"task.label: {found.product} has counts below 0; correct the data"


TASK = Count
