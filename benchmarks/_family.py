"""Which members of a family of forecasts are shown to be better than repeating the last season?

Each part is made when it is first asked for, so that whoever measures can time it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.ensemble import HistGradientBoostingRegressor

from benchmarks import _mase
from factory.catalogue.judged import Fairness, Floor, Gates, Judged
from factory.catalogue.split import Origins
from factory.gates.members import Members, read
from factory.tasks.forecast import Forecast
from factory.tasks.task import ACTUAL, ORIGIN
from pipelines.measure import conformal, cutoff, fallback, lags, mase, origins, panel
from pipelines.measure import measure as measures
from pipelines.measure.measure import Answers
from pipelines.steps import members as evidence
from pipelines.steps.rows import Rows

LEVEL = 0.9  # of the intervals
PROVEN = 20  # members whose frames are built anew after all that comes is destroyed
ASKED = 3  # origins from which they are
Array = np.ndarray


class Family:
    """Series, one estimator for all, and its forecasts from the last *count* origins."""

    def __init__(self, columns: Mapping[str, Array], layout: panel.Layout, count: int) -> None:
        self.columns, self.layout, self.count = columns, layout, count

    @cached_property
    def panel(self) -> panel.Panel:
        """Return the series."""
        return panel.read(self.columns, self.layout)

    @cached_property
    def origins(self) -> origins.Origins:
        """Return the origins to learn from, to set intervals by, and to be judged on."""
        numbers, members = self.panel.numbers, len(self.panel.keys)
        return origins.origins(
            numbers, self.layout.horizon, self.layout.step, self.count, series=members
        )

    @cached_property
    def frames(self) -> tuple[lags.Frame, lags.Frame, lags.Frame]:
        """Return a frame for each kind of origin."""
        found = self.origins
        levels = lags.levels_of(self.panel)
        kinds = (found.fit, found.held_out, found.test)
        fit, held_out, test = (
            lags.lag_frame(self.panel, origins.entries(self.panel, numbers), levels)
            for numbers in kinds
        )
        return fit, held_out, test

    @cached_property
    def names(self) -> list[str]:
        """Return the features that are learned from: not which member it is, which are many."""
        return [n for n in lags.filled(self.frames[0].features) if n not in self.layout.series]

    @cached_property
    def estimator(self) -> Any:
        """Return what has learned from the origins to learn from."""
        fit = self.frames[0]
        target = fit.scaled(self.panel.value[fit.entry])
        empty = HistGradientBoostingRegressor(early_stopping=False, random_state=0)
        return empty.fit(fit.features[self.names], target)

    def predict(self, features: Any) -> Array:
        """Return what is predicted for the rows of a frame, in the frame's units."""
        return np.asarray(self.estimator.predict(features[self.names]))

    @cached_property
    def forecast(self) -> Array:
        """Return what is forecast, by origin of a member and step."""
        test = self.frames[2]
        answered = _mase.finite(test.unscaled(self.predict(test.features)))
        return test.table(answered, self.layout.horizon)

    @cached_property
    def actual(self) -> Array:
        """Return what came, by origin of a member and step."""
        return _mase.steps_after(self.panel, self.frames[2].origins, self.panel.value)

    @cached_property
    def losses(self) -> tuple[Array, Array]:
        """Return the losses of the forecast and of the naive one."""
        asked = self.frames[2].origins
        scale = mase.scales(self.panel, int(self.origins.test[0]))[self.panel.series[asked]]
        naive = mase.seasonal_naive(self.panel, asked)
        loss = _mase.losses(self.actual, self.forecast, scale)
        return _mase.paired(loss, _mase.losses(self.actual, naive, scale))

    @cached_property
    def members(self) -> Members:
        """Return what the gate knows of the members, with false discovery held over all."""
        measure = measures.load(self.spec.task, Rows(self._taught))
        truth, answers, naive = self._judged
        found = measure.members(truth, answers, naive) or []
        section = evidence.section(self.spec.task, found)
        return read({"looks": {"look": 1}, "members": section}, self.spec)

    @cached_property
    def spec(self) -> Judged:
        """Return the spec of a model that has these members."""
        layout = self.layout
        return Judged(
            name="family",
            recipe="boosting",
            task=Forecast(
                series=layout.series,
                time=layout.time,
                value=layout.value,
                step=layout.step.name,
                horizon=layout.horizon,
                known=layout.known,
            ),
            split=Origins(product="family", count=self.count),
            features=layout.known,
            gates=Gates(floor=Floor(at_most=1.0), fairness=Fairness(exempt="made up")),
        )

    @property
    def _taught(self) -> pa.Table:
        """Return the rows up to the first origin that judges."""
        known = np.sort(self.panel.row[self.panel.numbers <= self.origins.test[0]])
        return pa.table({name: column[known] for name, column in self.columns.items()})

    @property
    def _judged(self) -> tuple[Rows, Answers, Answers]:
        """Return what came of each row that is forecast, what is, and what the naive model says."""
        test, found = self.frames[2], self.panel
        keys = [found.keys[place] for place in found.series[test.entry].tolist()]
        columns = {name: levels for name, *levels in zip(self.layout.series, *keys, strict=True)}
        origin = np.datetime_as_string(found.times[test.origins[test.asked]], unit="s")
        columns |= {ORIGIN: origin.tolist(), ACTUAL: found.value[test.entry]}
        forecast = self.forecast[test.asked, test.step - 1]
        naive = {"value": fallback.last_season(found, test)}
        return Rows(pa.table(columns)), {"value": forecast}, naive

    @cached_property
    def covered(self) -> Array:
        """Return 1 where a value lies in its interval, by origin and step."""
        held_out, test = self.frames[1:]
        came = held_out.scaled(self.panel.value[held_out.entry])
        residual = came - self.predict(held_out.features)
        low, high = conformal.offsets(held_out.table(residual, self.layout.horizon), LEVEL)
        scale = test.table(test.scale, self.layout.horizon)
        ends = (self.forecast + offset * scale for offset in (low, high))
        return conformal.covered(self.actual, *ends)

    @cached_property
    def proof(self) -> dict[str, Any]:
        """Return whether frames and forecasts of some members know nothing of what comes."""
        some = {name: column[: self.panel.bounds[PROVEN]] for name, column in self.columns.items()}
        number = self.layout.step.numbers(some["at"].astype("datetime64[us]"))
        asked = self.origins.test[:: -(-self.count // ASKED)]
        keep = [*self.layout.series, self.layout.time, *self.layout.known]
        return cutoff.proof(self._rebuilt, self._again, some, number, asked, keep)

    def _rebuilt(self, columns: Mapping[str, Array], origin: int) -> tuple[list[Any], list[Any]]:
        found = panel.read(columns, self.layout)
        levels = lags.levels_of(found)
        fit, asked = (
            lags.lag_frame(found, origins.entries(found, numbers), levels)
            for numbers in (self.origins.fit, np.array([origin]))
        )
        learned = [fit.features, fit.scaled(found.value[fit.entry])]
        return learned, [asked.features, asked.level, asked.scale]

    def _again(self, parts: Sequence[Any]) -> Array:
        features, level, scale = parts
        return np.asarray(level + scale * self.predict(features))
