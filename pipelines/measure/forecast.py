"""How is a question about the future split, taught and answered? `ahead` measures it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from factory.errors import Refused
from pipelines.measure import (
    conformal,
    fallback,
    lags,
    mase,
    origins,
    request,
)
from pipelines.measure.ahead import Ahead, layout_of
from pipelines.measure.measure import (
    Answers,
    Asked,
    Held,
    Metadata,
    Rows,
    Settings,
    Taught,
    Windows,
)
from pipelines.measure.panel import Panel
from pipelines.measure.refusal import Unanswerable

Array = np.ndarray


class Forecast(Ahead):
    """The house looks back; the estimator learns what follows, from each origin and step."""

    HOLDS = True

    # -- what judges

    def windows(self, rows: Rows, count: int) -> Windows:
        """Return the questions of *count* test origins, and the rows before the first of them."""
        found = self._panel(rows)
        test = origins.origins(
            found.numbers, self.task.horizon, found.layout.step, count, len(found.keys)
        ).test
        parts = []
        for number in self._askable(found, test).tolist():
            for entry in _told(found, origins.entries(found, np.array([number]))).tolist():
                series = int(found.series[entry])
                begin = max(int(found.bounds[series]), entry + 1 - found.layout.step.reach)
                end = min(int(found.bounds[series + 1]), entry + 1 + self.task.horizon)
                at = np.arange(begin, end)
                parts.append((found.row[at], at > entry, np.full(len(at), found.times[entry])))
        row, hidden, origin = (np.concatenate(each) for each in zip(*parts, strict=True))
        question = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
        self._check_changes(found, int(test[0]))
        teach = np.sort(found.row[found.numbers <= test[0]])
        return Windows(teach, row, hidden, np.datetime_as_string(origin, unit="s"), question)

    def _askable(self, found: Panel, test: np.ndarray) -> np.ndarray:
        """Return the test origins from which a series can be asked; Refused where few are."""
        left = np.unique(found.numbers[_told(found, origins.entries(found, test))])
        if len(left) < origins.FEWEST:
            raise Refused(
                f"{self.task.value}: {len(left)} of {len(test)} test origins have a value; a "
                f"request begins at the last one, and {origins.FEWEST} are needed: ask for more "
                "origins, or land the values"
            )
        return left

    def _check_changes(self, found: Panel, until: int) -> None:
        """Refuse values of which the last season says all: no error can be compared with its."""
        if not np.isfinite(mase.scales(found, until)).any():
            raise Refused(
                f"{self.task.value}: before the first test origin no series has a value that "
                "differs from that of the season before; there is nothing to forecast: land others"
            )

    # -- teaching

    def teach(self, columns: Mapping[str, Any], rows: Rows, metadata: Metadata) -> Taught:
        """Return a row for each origin and step whose value is known."""
        found = self._panel(rows)
        learning, held = origins.learning(
            found.numbers, self.task.horizon, found.layout.step, len(found.keys)
        )
        levels = lags.levels_of(found)
        entries = origins.entries(found, np.concatenate([learning, held]))
        frame = lags.lag_frame(found, np.sort(entries), levels)
        target = frame.scaled(found.value[frame.entry])
        self._known = np.flatnonzero(np.isfinite(target))
        self._learned = found
        self._frame, self._actual = frame, found.value[frame.entry]
        self._held = found.numbers[frame.origins[frame.asked]] >= held.min()
        shown = lags.filled(frame.features.iloc[self._known])
        metadata["settings"].update({"levels": levels, "shown": shown})
        features = frame.features[shown].iloc[self._known].reset_index(drop=True)
        return Taught(features, target[self._known], None)

    def folds(self) -> np.ndarray:
        """Hold out the later origins: an interval is as wide as errors on what came later."""
        return np.asarray(self._held[self._known], int)

    def settle(self, held: Held) -> Settings:
        """Return how far the interval reaches at each step, in units of a series' spread.

        Where the task says so, also which series the last season answers.
        """
        at = self._known[self._held[self._known]]
        error = np.full(len(self._actual), np.nan)
        said = held.raw[self._held[self._known]]
        error[at] = self._frame.scaled(self._actual)[at] - said
        low, high = conformal.offsets(
            self._frame.table(error, self.task.horizon), self.task.coverage
        )
        found: dict[str, Any] = {"low": low.tolist(), "high": high.tolist()}
        if self.task.falls_back:
            found["fallback"] = fallback.settled(
                self._learned, self._frame, at, said, self.task.coverage
            )
        return found

    # -- answering

    @classmethod
    def ask(cls, columns: Mapping[str, Any], metadata: Metadata) -> Asked:
        """Read each series' history and the steps that are asked for."""
        settings = metadata["settings"]
        try:
            found, begins = request.read(columns, layout_of(metadata["task"]))
        except Refused as refused:
            raise Unanswerable(str(refused)) from refused
        frame = lags.lag_frame(found, begins, settings["levels"])
        return Asked(frame.features[settings["shown"]], columns, (found, frame))

    @staticmethod
    def answer(raw: np.ndarray, asked: Asked, metadata: Metadata) -> Answers:
        """Return value and interval of each row that is asked for, and nothing for the others."""
        found, frame = asked.context
        settings, at = metadata["settings"], frame.step - 1
        ends = (np.array(settings[side])[at] for side in ("low", "high"))
        said = [frame.unscaled(raw), *(frame.unscaled(raw + end) for end in ends)]
        if "fallback" in settings:
            said = fallback.answered(found, frame, settings["fallback"], said)
        answers = {}
        for name, values in zip(("value", "low", "high"), said, strict=True):
            answers[name] = np.full(len(found.row), np.nan)
            answers[name][found.row[frame.entry]] = values
        return answers


def _told(found: Panel, entries: np.ndarray) -> np.ndarray:
    """Return those of *entries* that have a value: from any other no request can ask."""
    return np.asarray(entries[~np.isnan(found.value[entries])])


MEASURE = Forecast
