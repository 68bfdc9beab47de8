"""What is known at an origin of the steps after it: the features of a forecast?

All that a frame says of the values comes from `history`, which holds none after the origin.
Features and targets are measured from the recent level of their series, in units of its recent
spread: so one model serves series of any size, and a trend does not lead out of what it has seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.measure.history import deviation, history, in_season, mean
from pipelines.measure.panel import Panel
from pipelines.measure.time_grid import LONGER, Step, calendar

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
Levels = Mapping[str, Sequence[str]]
LAST = 3  # values before the origin that a frame shows one by one
MOST_LEVELS = 254  # of a column: histograms have 255 bins, one of which is for what is missing
ROUNDING = 1e-9  # of a level: less spread than this is none


@dataclass(frozen=True)
class Frame:
    """One row for each origin and step after it."""

    features: pd.DataFrame
    """Floats, and categories for the columns that have levels."""
    origins: Array
    """The panel's last entries whose values may be used, each the origin of some rows."""
    asked: Array
    """Which of the origins each row is of."""
    entry: Array
    """The panel's entry that each row is about."""
    level: Array
    """The mean of the last season before the origin."""
    scale: Array
    """The standard deviation of the values that a frame looks back on."""

    @property
    def step(self) -> Array:
        """Return how many steps after its origin each row is, from 1."""
        return np.asarray(self.entry - self.origins[self.asked])

    def table(self, values: Array, horizon: int) -> Array:
        """Return a value for each row as a table by origin and step; NaN where there is no row."""
        found = np.full((len(self.origins), horizon), np.nan)
        found[self.asked, self.step - 1] = values
        return found

    def scaled(self, value: Array) -> Array:
        """Return what a regressor learns, of a value for each row."""
        return np.asarray((value - self.level) / self.scale)

    def unscaled(self, predicted: Array) -> Array:
        """Return the values that a regressor's predictions mean."""
        return np.asarray(self.level + self.scale * predicted)


def lag_frame(panel: Panel, origins: Array, levels: Levels) -> Frame:
    """Return the rows of the steps after each of *origins*, which are entries of *panel*.

    A row is there where the panel has an entry for its step, whose known columns it shows; a level
    that *levels* lacks is missing.
    """
    layout = panel.layout
    steps = np.arange(1, layout.horizon + 1)
    past = history(panel, origins, layout.step.reach)
    level = _level(past, layout.step)
    scale = _scale(past, layout.step, level)
    shown = _looking_back((past - level[:, None]) / scale[:, None], steps, layout.step)
    ahead = panel.bounds[1:][panel.series[origins]] - 1 - origins
    asked, at = np.nonzero(steps <= ahead[:, None])
    entry = origins[asked] + steps[at]
    columns = {
        name: np.broadcast_to(c, (len(origins), len(steps)))[asked, at] for name, c in shown.items()
    }
    columns |= {"step": steps[at].astype(float), **calendar(panel.times[entry], layout.step)}
    features = _data_frame(columns, panel, entry, levels)
    return Frame(features, origins, asked, entry, level[asked], scale[asked])


def filled(features: pd.DataFrame) -> list[str]:
    """Return the columns that have a value: where the history is short, some lags have none.

    Gradient boosting stops at a column without any, and at one of too many levels. Which of a
    thousand series it is, is left out: its values tell it.
    """
    there = features.notna().any()
    levels = {
        name: len(column.cat.categories)
        for name, column in features.items()
        if str(column.dtype) == "category"
    }
    return [name for name in features if there[name] and levels.get(name, 0) <= MOST_LEVELS]


def levels_of(panel: Panel) -> dict[str, list[str]]:
    """Return the levels of each column that is no number: of series columns, and known ones."""
    found = {
        name: sorted({key[place] for key in panel.keys})
        for place, name in enumerate(panel.layout.series)
    }
    texts = {n: c for n, c in panel.known.items() if c.dtype == object}
    return found | {n: sorted({v for v in c.tolist() if v is not None}) for n, c in texts.items()}


def _looking_back(past: Array, steps: Array, step: Step) -> dict[str, Array]:
    """Return the features that the values give, of each origin and step."""
    same = in_season(past, steps, step.season, step.seasons)
    found = {f"season_{back + 1}": same[..., back] for back in range(step.seasons)}
    found["season_mean"] = mean(same)
    if step.longer:
        same = in_season(past, steps, step.longer, LONGER)
        found |= {f"longer_season_{back + 1}": same[..., back] for back in range(LONGER)}
        found["longer_season_mean"] = mean(same)
    found |= {f"last_{back + 1}": past[:, [back]] for back in range(LAST)}
    before = past[:, step.season : 2 * step.season]
    found["season_change"] = (mean(past[:, : step.season]) - mean(before))[:, None]
    found["long_mean"] = mean(past[:, : step.season * step.seasons])[:, None]
    found["spread"] = deviation(past[:, : step.season])[:, None]
    return found


def _level(past: Array, step: Step) -> Array:
    whole = mean(past)
    level = mean(past[:, : step.season])
    return np.nan_to_num(np.where(np.isnan(level), whole, level))


def _scale(past: Array, step: Step, level: Array) -> Array:
    found = deviation(past[:, : step.season * step.seasons])
    return np.where(found > ROUNDING * np.abs(level), found, 1.0)  # 1 where all are equal


def _data_frame(
    columns: Mapping[str, Array], panel: Panel, entry: Array, levels: Levels
) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - whoever only measures has no use for it

    layout, series = panel.layout, panel.series[entry]
    known = {n: column[entry] for n, column in panel.known.items() if n not in levels}
    frame = pd.DataFrame(dict(columns) | {n: c.astype(float) for n, c in known.items()})
    for place, name in enumerate(layout.series):
        codes = _codes([key[place] for key in panel.keys], levels[name])[series]
        frame[name] = pd.Categorical.from_codes(codes, list(levels[name]))
    for name in panel.known.keys() - known.keys():
        codes = _codes(panel.known[name][entry].tolist(), levels[name])
        frame[name] = pd.Categorical.from_codes(codes, list(levels[name]))
    return frame


def _codes(texts: Sequence[object], levels: Sequence[str]) -> Array:
    """Return the place of each text among *levels*; -1, pandas' missing, for any other."""
    places = {level: place for place, level in enumerate(levels)}
    return np.array([places.get(text, -1) for text in texts], dtype=np.int64)  # type: ignore[call-overload]
