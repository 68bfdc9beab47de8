"""Which series do forecasts learn from, and how well can they be forecast at all?

A thousand daily series, each a level that wanders, a trend, a season of the week and noise. All is
Gaussian, so that the best forecast is known: it knows the season and the trend, finds the
level with Kalman's filter (its gain has settled after a few weeks), and cannot know the noise. Its
error divided by that of last week's value is the limit of every forecast's MASE.
Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter", 1989, chapters 2.3, 4.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SEED = 20261129
WEEK = 7
FIRST_DAY = "2025-01-06"  # a Monday
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Series:
    """Many daily series of one length, and what they were made of."""

    values: Floats
    """One row a series, one column a day."""
    trend: Floats
    """By series: how much the level grows in a day."""
    season: Floats
    """By series and day of the week, the first Monday's first; a series' seven add up to 0."""
    wander: Floats
    """By series: the standard deviation of the level's step from day to day."""
    noise: Floats
    """By series: the standard deviation of what a day adds and the next day has forgotten."""

    def limit(self, horizon: int) -> float:
        """Return the mean over the series of the least MASE of the next *horizon* days.

        The scale is the mean absolute error of last week's value over the whole series, as
        expected. A longer forecast is made at once, by day 1 to *horizon* from the last value.
        """
        steps = np.arange(1, horizon + 1)
        variances = (
            settled(self.wander, self.noise)[:, None]
            + self.wander[:, None] ** 2 * steps
            + self.noise[:, None] ** 2
        )
        errors = np.sqrt(2 / np.pi * variances).mean(axis=1)
        spread = np.sqrt(WEEK * self.wander**2 + 2 * self.noise**2)
        return float((errors / _folded(WEEK * self.trend, spread)).mean())

    def table(self) -> pa.Table:
        """Return columns `series` (text), `at` (date) and `value`, by series and day."""
        count, days = self.values.shape
        names = np.array([f"s{number:04d}" for number in range(count)])
        dates = np.datetime64(FIRST_DAY) + np.arange(days)
        return pa.table(
            {
                "series": np.repeat(names, days),
                "at": np.tile(dates, count),
                "value": self.values.ravel(),
            }
        )


def made(count: int = 1000, days: int = 448, seed: int = SEED) -> Series:
    """Return *count* series of *days* days; the same numbers every time."""
    random = np.random.default_rng(seed)
    level = random.uniform(50, 500, count)
    noise = level * random.uniform(0.05, 0.15, count)
    wander = noise * random.uniform(0.02, 0.06, count)
    trend = level * random.normal(0, 0.0003, count)
    season = level[:, None] * random.normal(0, 0.15, (count, WEEK))
    season -= season.mean(axis=1, keepdims=True)
    steps = trend[:, None] + wander[:, None] * random.normal(size=(count, days))
    levels = level[:, None] + np.cumsum(steps, axis=1)
    of_day = season[:, np.arange(days) % WEEK]
    values = levels + of_day + noise[:, None] * random.normal(size=(count, days))
    return Series(values=values, trend=trend, season=season, wander=wander, noise=noise)


def settled(wander: Floats, noise: Floats) -> Floats:
    """Return the variance with which the level of today is known from all values up to today.

    It solves Riccati's equation of the local level model, P = M r / (M + r) with M = P + q.
    """
    q, r = wander**2, noise**2
    return (np.sqrt(q**2 + 4 * q * r) - q) / 2


def _folded(mean: Floats, spread: Floats) -> Floats:
    """Return the expected absolute value of Gaussians of that *mean* and *spread*."""
    z = mean / spread
    density = np.sqrt(2 / np.pi) * np.exp(-(z**2) / 2)
    inside = np.array([math.erf(each / math.sqrt(2)) for each in z])
    return np.asarray(spread * (density + z * inside))
