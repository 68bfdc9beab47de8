"""Small tables of series, as the tests of forecasts need them."""

import numpy as np

from pipelines.measure import origins, panel
from pipelines.measure.time_grid import step_of

UNITS = {"30min": (30, "m"), "hour": (1, "h"), "day": (1, "D"), "week": (7, "D"), "month": (1, "M")}


def layout(step="day", horizon=3, known=(), series=("store",)):
    return panel.Layout(
        series=tuple(series),
        time="at",
        value="sales",
        step=step_of(step),
        horizon=horizon,
        known=tuple(known),
    )


def times(count, step="day", begin="2024-01-01"):
    length, unit = UNITS[step]
    start = np.datetime64(begin, unit)
    return (start + np.arange(count) * np.timedelta64(length, unit)).astype("datetime64[us]")


def table(stores=2, count=60, step="day", seed=0, gaps=0.0):
    """Return the rows of *stores* series with a season, noise, and a share of values missing."""
    random = np.random.default_rng(seed)
    season = step_of(step).season
    shape = np.sin(2 * np.pi * np.arange(count) / season)
    value = random.normal(0, 0.3, (stores, count)) + shape * np.arange(1, stores + 1)[:, None]
    value += 10 * np.arange(1, stores + 1)[:, None]
    value[random.random(value.shape) < gaps] = np.nan
    return {
        "store": np.repeat([f"s{n}" for n in range(stores)], count),
        "at": np.tile(times(count, step), stores),
        "sales": value.ravel(),
        "promotion": (random.random(stores * count) < 0.2).astype(float),
        "weather": random.choice(["dry", "wet"], stores * count).astype(object),
    }


def rows(columns, chosen):
    """Return the *chosen* rows of a table."""
    return {name: column[chosen] for name, column in columns.items()}


def judged(columns, horizon=3, step="day"):
    """Return the series of a table, and every entry from which all can be forecast."""
    found = panel.read(columns, layout(step, horizon))
    return found, origins.entries(found, np.unique(found.numbers))
