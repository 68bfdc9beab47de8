"""Which step of a series is a time, when does its season begin anew, and what day is it then?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from factory.errors import Refused

Array = np.ndarray
MICROSECONDS = 60_000_000  # in a minute
DAY, YEAR = 1440, 365.25  # minutes in a day, days in a year
MONDAY = 3  # 1 January 1970, from where numpy counts, was a Thursday


@dataclass(frozen=True)
class Step:
    """The time between two rows of a series."""

    name: str
    season: int
    """Steps after which the pattern of a day, a week or a year begins anew."""
    seasons: int
    """Seasons that a frame looks back."""
    minutes: int = 0
    """Its length; 0 for months, which have no fixed one."""
    longer: int = 0
    """Steps of a second season, a week, where the first is a day."""

    @property
    def reach(self) -> int:
        """Return how many rows of history a frame looks at, at most."""
        return max(self.seasons * self.season, LONGER * self.longer)

    def numbers(self, times: Array) -> Array:
        """Return the number of each time (``datetime64[us]``); that of the next step is one more.

        A month's row may bear any day of it.
        """
        if not self.minutes:
            return times.astype("datetime64[M]").astype(np.int64)
        return np.asarray(times.astype(np.int64) // (self.minutes * MICROSECONDS))

    def phases(self, times: Array) -> Array:
        """Return how far each time is from the begin of its step: one series has one phase."""
        if not self.minutes:
            return np.zeros(len(times), dtype=np.int64)
        return np.asarray(times.astype(np.int64) % (self.minutes * MICROSECONDS))


LONGER = 4  # weeks that a frame looks back where its season is a day
STEPS = {
    step.name: step
    for step in (
        Step("30min", season=48, seasons=7, minutes=30, longer=336),
        Step("hour", season=24, seasons=7, minutes=60, longer=168),
        Step("day", season=7, seasons=13, minutes=DAY),
        Step("week", season=52, seasons=2, minutes=7 * DAY),
        Step("month", season=12, seasons=3),
    )
}


def step_of(name: str) -> Step:
    """Return the step that a spec calls *name*."""
    if name not in STEPS:
        raise Refused(f"step {name!r} is unknown; choose one of {', '.join(STEPS)}")
    return STEPS[name]


def calendar(times: Array, step: Step) -> dict[str, Array]:
    """Return what the calendar says of each time, as numbers: only what differs at this step.

    What goes round is there as sine and cosine too, for models that are linear.
    """
    days = times.astype("datetime64[D]")
    months = times.astype("datetime64[M]")
    day_of_year = (days - times.astype("datetime64[Y]")).astype(float)
    parts = {"month": months.astype(np.int64) % 12 + 1.0, **_round("year", day_of_year / YEAR)}
    if step.minutes and step.minutes <= DAY:
        parts["day_of_week"] = (days.astype(np.int64) + MONDAY) % 7 + 0.0
        parts["day_of_month"] = (days - months).astype(float) + 1
    if step.minutes and step.minutes < DAY:
        hour = (times - days).astype("timedelta64[m]").astype(float) / 60
        parts |= {"hour": hour, **_round("hour", hour / 24)}
    return parts


def _round(name: str, share: Array) -> dict[str, Array]:
    return {
        f"{name}_sin": np.sin(2 * np.pi * share),
        f"{name}_cos": np.cos(2 * np.pi * share),
    }
