"""How is what was said of the future measured? An origin is one unit of all that judges."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from pipelines.measure import (
    advance,
    conformal,
    cutoff,
    estimates,
    lags,
    mase,
    members,
    origins,
    panel,
    request,
)
from pipelines.measure.measure import (
    PAIR,
    Answers,
    Estimate,
    Measure,
    Member,
    Rows,
    not_held,
)
from pipelines.measure.panel import Layout, Panel
from pipelines.measure.time_grid import step_of

ACTUAL, ORIGIN = "(actual)", "(origin)"
"""The columns that judge: what came of a row that was forecast, and from when on it was."""
PROVED = 3  # origins at which all that comes later is destroyed
Array = np.ndarray


class Ahead(Measure):
    """Values of series, up to a horizon ahead of each origin."""

    NEEDS: ClassVar[str] = f"{PAIR} origins of series that change"

    def judged(self, truth: Rows) -> np.ndarray:
        """Return which rows are forecast and have come true."""
        return np.asarray(~np.isnan(truth.numbers(ACTUAL)))

    def naive(self, asked: Rows) -> Answers:
        """Return what the last season says, question by question."""
        return {"value": self._repeated(asked, asked.numbers(self.task.value))}

    def _repeated(self, asked: Rows, values: Array) -> Array:
        """Return what the last season of these *values* says of each row to forecast."""
        said = np.full(len(asked), np.nan)
        columns, origin = self._columns(asked), asked.texts(ORIGIN)
        columns[self.task.value] = values
        for moment in np.unique(origin):
            places = np.flatnonzero(origin == moment)
            found, begins = request.read({n: c[places] for n, c in columns.items()}, self._layout)
            forecast = mase.seasonal_naive(found, begins)
            for place, begin in enumerate(begins.tolist()):
                end = int(found.bounds[found.series[begin] + 1])
                said[places[found.row[begin + 1 : end]]] = forecast[place, : end - begin - 1]
        return said

    def advance(self, truth: Rows) -> Mapping[str, tuple[float, str]]:
        """Look at known columns and values beyond what the last season says of either."""
        shown = truth.numbers(self.task.value)
        surprise = truth.numbers(ACTUAL) - self._repeated(truth, shown)
        series = zip(*(truth.texts(name) for name in self.task.series), strict=True)
        names = list(series) or [()] * len(truth)
        places = dict[tuple[tuple[str, ...], str], int]()
        keys = zip(names, truth.texts(ORIGIN), strict=True)
        question = np.array([places.setdefault(key, len(places)) for key in keys])
        times = np.asarray(truth.values(self.task.time), "datetime64[us]")
        begun = np.array([key[1] for key in places], "datetime64[us]")[question]
        step = self._layout.step.numbers(times) - self._layout.step.numbers(begun)
        rows, found = np.flatnonzero(step > 0), dict[str, tuple[float, str]]()
        for name in self.task.known:
            own = np.nan_to_num(self._numbers(name, truth))
            beyond = own - self._repeated(truth, np.where(np.isnan(shown), np.nan, own))
            found[name] = advance.told(*(c[rows] for c in (surprise, beyond, question, step)))
        return found

    def _numbers(self, name: str, rows: Rows) -> Array:
        """Return a known column as numbers: a level is the mean value of its rows of training."""
        found = panel.known_values(rows.values(name))
        if found.dtype != object:
            return found
        value = self.taught.numbers(self.task.value)
        levels = self.taught.texts(name)
        known, there = ~np.isnan(value), np.unique(levels)
        means = {
            level: float(value[known & (levels == level)].mean())
            for level in there.tolist()
            if (known & (levels == level)).any()
        }
        return np.array([means.get(level, np.nan) for level in rows.texts(name)], float)

    def losses(self, metric: str, truth: Rows, answers: Answers) -> np.ndarray:
        """Return the mean absolute error of each origin, scaled or in the value's unit."""
        rows = np.flatnonzero(self.judged(truth))
        error = np.abs(answers["value"] - truth.numbers(ACTUAL))[rows]
        if metric == "mase":
            scale = self._scale(truth, rows)
            known = np.isfinite(scale)
            error, rows = (error / scale)[known], rows[known]
        return estimates.by_unit(error, truth.texts(ORIGIN)[rows])

    def members(self, truth: Rows, answers: Answers, others: Answers) -> list[Member] | None:
        """Compare each series with *others*; a series that is in one split only lacks data."""
        if not self.task.series:
            return None
        rows = self.judged(truth)
        seen = dict.fromkeys(self._scales)
        named = list(zip(*(truth.texts(name)[rows] for name in self.task.series), strict=True))
        places = {key: place for place, key in enumerate(seen | dict.fromkeys(named))}
        member = np.array([places[key] for key in named], dtype=np.int64)
        scale = np.array([self._scales.get(key, np.nan) for key in places])[member]
        actual = truth.numbers(ACTUAL)[rows]
        loss, other = (np.abs(each["value"][rows] - actual) / scale for each in (answers, others))
        found = members.compared(list(places), member, truth.texts(ORIGIN)[rows], loss, other)
        return members.unanswered(found, member, ~np.isfinite(answers["value"][rows]))

    def measurable(self, truth: Rows) -> bool:
        """Say whether there are origins enough of series that have a MASE.

        A series has none of which each value is that of the season before.
        """
        rows = np.flatnonzero(self.judged(truth))
        scaled = rows[np.isfinite(self._scale(truth, rows))]
        return len(np.unique(truth.texts(ORIGIN)[scaled])) >= PAIR

    def errors(self, truth: Rows, answers: Answers) -> np.ndarray:
        """Return how much too high each forecast is; NaN for rows that are none."""
        return np.asarray(answers["value"] - truth.numbers(ACTUAL))

    def inside(self, truth: Rows, answers: Answers) -> tuple[Estimate, float]:
        """Return the share of values that lie in their interval, and the one that must.

        Values of one origin share the shock that comes after it.
        """
        rows = self.judged(truth)
        held = self.held(truth, answers)[rows]
        return estimates.share_by_unit(held, truth.texts(ORIGIN)[rows]), self.task.coverage

    @staticmethod
    def held(truth: Rows, answers: Answers) -> np.ndarray:
        """Return which values lie in their interval; false for rows that have none."""
        covered = conformal.covered(truth.numbers(ACTUAL), answers["low"], answers["high"])
        return np.asarray(covered == 1)

    def widths(self, truth: Rows, answers: Answers, simple: Answers) -> tuple[float, float]:
        """Return the mean width, and that of the last season's intervals, by series."""
        missed = np.abs(self.errors(truth, simple))
        rows = np.flatnonzero(np.isfinite(missed))
        places = dict[tuple[str, ...], int]()
        keys = list(zip(*(truth.texts(name)[rows] for name in self.task.series), strict=True))
        series = [places.setdefault(key, len(places)) for key in keys or [()] * len(rows)]
        wide = conformal.needed(missed[rows], np.array(series, int), self.task.coverage)
        return float((answers["high"] - answers["low"])[rows].mean()), float(wide.mean())

    def known(self, rows: Rows) -> np.ndarray:
        """Return the values."""
        return rows.numbers(self.task.value)

    def odd(self, asked: Rows, answers: Answers) -> Mapping[str, int]:
        """Count the intervals that do not hold their own value."""
        return not_held(answers)

    def cutoff(self) -> dict[str, Any]:
        """Destroy all that comes after some origins, and see whether a frame changes by a bit."""
        table = self._columns(self.taught)
        number = self._layout.step.numbers(np.asarray(table[self.task.time], "datetime64[us]"))
        learning, held = origins.learning(
            number, self.task.horizon, self._layout.step, len(self._panel(self.taught).keys)
        )
        asked = np.linspace(0, len(held) - 1, PROVED).astype(int)
        keep = (*self.task.series, self.task.time, *self.task.known)

        def build(columns: Mapping[str, Any], origin: int) -> tuple[Any, Any]:
            found = panel.read(columns, self._layout)
            levels = lags.levels_of(found)
            taught = learning[learning + self.task.horizon <= origin]
            frames = (
                lags.lag_frame(found, np.sort(origins.entries(found, numbers)), levels)
                for numbers in (taught, np.array([origin]))
            )
            first, second = frames
            return [first.features, first.scaled(found.value[first.entry])], [second.features]

        return cutoff.proof(build, _no_answer, table, number, held[asked].tolist(), keep)

    @cached_property
    def _layout(self) -> Layout:
        return layout_of(vars(self.task))

    def _columns(self, rows: Rows) -> dict[str, np.ndarray]:
        names = (*self.task.series, self.task.time, self.task.value, *self.task.known)
        return {name: rows.values(name) for name in names}

    def _panel(self, rows: Rows) -> Panel:
        return panel.read(self._columns(rows), self._layout)

    def _scale(self, truth: Rows, rows: np.ndarray) -> np.ndarray:
        """Return the error of the seasonal naive forecast in training, of each row's series."""
        known = self._scales
        keys = zip(*(truth.texts(name)[rows] for name in self.task.series), strict=True)
        names = list(keys) if self.task.series else [()] * len(rows)
        return np.array([known.get(name, np.nan) for name in names])

    @cached_property
    def _scales(self) -> dict[tuple[str, ...], float]:
        found = self._panel(self.taught)
        each = mase.scales(found, int(found.numbers.max()))
        return dict(zip(found.keys, each.tolist(), strict=True))


def layout_of(task: Mapping[str, Any]) -> Layout:
    """Return the layout of a task's rows, from its document or its fields."""
    return Layout(
        series=tuple(task["series"]),
        time=task["time"],
        value=task["value"],
        step=step_of(task["step"]),
        horizon=task["horizon"],
        known=tuple(task["known"]),
    )


def _no_answer(parts: Any) -> np.ndarray:
    """Return nothing: what is asked again in an exam shows that an answer depends on its frame."""
    return np.zeros(len(parts[0]))
