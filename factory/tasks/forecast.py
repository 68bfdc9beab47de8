"""What comes next? The values of series some steps ahead, each with the interval it lies in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from factory.tasks.task import (
    ABSOLUTE,
    ACTUAL,
    NUMBER,
    NUMERIC,
    ORIGIN,
    TIMES,
    Field,
    Metric,
    Offered,
    Task,
    coverage_violations,
)

if TYPE_CHECKING:
    from factory.catalogue.judged import Judged

STEPS = ("30min", "hour", "day", "week", "month")
FALLBACKS = ("", "naive")
MOST = 500  # steps ahead, as SageMaker's own forecasts have at most


@dataclass(frozen=True, kw_only=True)
class Forecast(Task):
    """A question about the future of series; a request brings their recent history.

    Its rows are in time order: those of the history have a value, those to forecast an empty one
    and the columns that are known in advance. Features are these columns.
    """

    KIND: ClassVar[str] = "forecast"
    PROBLEM: ClassVar[str] = "Time Series Forecasting"
    LOSS: ClassVar[str] = ABSOLUTE
    METRICS: ClassVar[Mapping[str, Metric]] = {
        "mase": Metric(words="MASE"),
        "mae": Metric(words="mean absolute error"),
    }
    ANSWER: ClassVar[Mapping[str, Field]] = {
        "value": Field(kind=NUMBER, words="what is expected", empty=True),
        "low": Field(kind=NUMBER, words="the lower end of the interval", empty=True),
        "high": Field(kind=NUMBER, words="the upper end of the interval", empty=True),
    }
    POINT: ClassVar[str] = "value"
    ERRORS: ClassVar[bool] = True
    CUTOFF: ClassVar[bool] = True
    NAIVE: ClassVar[str] = "the last season"

    series: tuple[str, ...] = ()
    """The columns that tell series apart; none where there is one."""
    time: str
    """The column that says when."""
    value: str
    """The column that is forecast; it may be missing in the history."""
    step: str
    """The time between two rows: 30min, hour, day, week or month."""
    horizon: int
    """How many steps are forecast at once."""
    known: tuple[str, ...] = ()
    """Columns whose values are known before their time comes, such as holidays and prices."""
    coverage: float = 0.9
    """The share of values that must lie in the interval that is answered."""
    fallback_model: str = ""
    """What answers for the series of which the estimator's held-out errors are no smaller: `naive`,
    which repeats the last season; empty for nothing."""

    @property
    def members(self) -> tuple[str, ...]:
        """Return the columns that tell series apart: each series is judged by itself."""
        return self.series

    @property
    def falls_back(self) -> bool:
        """Say whether the naive model answers for the series that it answers better."""
        return bool(self.fallback_model)

    @property
    def covers(self) -> float:
        """Return the share of values that must lie in the interval answered."""
        return self.coverage

    @property
    def target(self) -> str:
        """Return the column that is predicted."""
        return self.value

    @property
    def predicted(self) -> str:
        """Return in words what is predicted."""
        return f"{self.value} of the next {self.horizon} steps of one {self.step}"

    @property
    def columns(self) -> Mapping[str, str]:
        """Return the columns of the data that the task names."""
        each = {f"series[{place}]": name for place, name in enumerate(self.series)}
        return {**each, "time": self.time, "value": self.value}

    @property
    def complete(self) -> tuple[str, ...]:
        """Return the columns that may not be missing: a value may."""
        return (*self.series, self.time)

    @property
    def judged_by(self) -> tuple[str, ...]:
        """Return what came of each row that was forecast, and from when on it was."""
        return (ACTUAL, ORIGIN)

    @property
    def sent(self) -> tuple[str, ...]:
        """Return the columns that a request carries beside the known ones."""
        return (*self.series, self.time, self.value)

    @property
    def together(self) -> tuple[str, ...]:
        """Return the columns of the series: its rows are one question."""
        return self.series

    def violations(self, model: Judged) -> Iterator[str]:
        """Yield what is wrong with it in *model*."""
        if self.step not in STEPS:
            yield f"task.step: {self.step!r} is unknown; say one of {', '.join(STEPS)}"
        if not 1 <= self.horizon <= MOST:
            yield f"task.horizon: {self.horizon} is not in 1 to {MOST} steps"
        yield from coverage_violations(self.coverage)
        if self.fallback_model not in FALLBACKS:
            yield (
                f"task.fallback_model: {self.fallback_model!r} is unknown; say 'naive', or leave "
                "it empty"
            )
        if self.fallback_model and not self.series:
            yield (
                "task.fallback_model: one series has no members, and the naive model would be all "
                "that answers; name `series`, or leave it empty"
            )
        if model.split.KIND != "origins":
            yield "split: a forecast is judged from rolling origins; say split=Origins(product=...)"
        if set(model.features) != set(self.known):
            yield (
                "features: a forecast sees the columns that are known in advance and nothing else "
                f"of its future: {', '.join(self.known) or 'none'}; list these in features and in "
                "task.known"
            )

    def misfits(self, offered: Offered) -> Iterator[str]:
        """Yield what a contract says against one of its columns."""
        wanted = (
            TIMES if offered.name == self.time else NUMERIC if offered.name == self.value else ()
        )
        if wanted and offered.kind not in wanted:
            yield (
                f"{offered.field}: {offered.name!r} is of type {offered.kind} in "
                f"{offered.product}; {' or '.join(sorted(wanted))} is needed"
            )


TASK = Forecast
