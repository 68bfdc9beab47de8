"""A forecast that knows the level, the week and the promotions of each store."""

import numpy as np
import pyarrow as pa

from factory.catalogue.judged import Fairness, Floor, Gates, Judged, Stability
from factory.catalogue.split import Origins
from factory.tasks.forecast import Forecast
from factory.tasks.task import ACTUAL
from pipelines.steps import splitting
from tests.redteam.candidates.candidate import Candidate

STORES, DAYS, COUNT = 8, 240, 16
NOISE, PROMOTED = 4.0, 6.0
TASK = Forecast(
    series=("store", "region"),
    time="day",
    value="sales",
    step="day",
    horizon=7,
    known=("promotion", "weekday"),
)


def honest():
    """Return the candidate."""
    model = spec()
    product, expected = _rows(np.random.default_rng(11))
    found = splitting.halves(model, product, product, product)
    test = found.asked
    row = [int(key.partition("@")[0][1:]) for key in test.column(model.key).to_pylist()]
    answers = interval(test, expected[row], 1.6449 * NOISE)
    return Candidate(
        model=model,
        prepared=model,
        train=found.train,
        test=test,
        answers=answers,
        champion=answers,
        products={"train": (product, found.train), "test": (product, found.test)},
        landed={"train": "sales", "test": "sales"},
        wanted=model.inputs,
    )


def spec():
    fairness = Fairness(attributes=("region",), min_rows=200, max_gap=0.25)
    return Judged(
        name="thing",
        recipe="boosting",
        task=TASK,
        split=Origins(product="sales", count=COUNT),
        features=TASK.known,
        gates=Gates(
            floor=Floor(at_most=0.85), fairness=fairness, stability=Stability(min_rows=100)
        ),
    )


def interval(test, value, reach):
    """Return answers to the rows that are asked, and none to those of the history."""
    asked = np.isfinite(actual(test))
    ends = {"value": value, "low": value - reach, "high": value + reach}
    return {name: np.where(asked, found, np.nan) for name, found in ends.items()}


def actual(test):
    return test.column(ACTUAL).to_numpy(zero_copy_only=False).astype(float)


def _rows(dice):
    """Return the rows of all stores, and what was to be expected of each."""
    store, day = np.repeat(np.arange(STORES), DAYS), np.tile(np.arange(DAYS), STORES)
    promotion = (dice.random(STORES * DAYS) < 0.3).astype(float)
    week = 8 * np.sin(2 * np.pi * (day + store) / 7)
    expected = 50 + 3 * (store // 2) + week + PROMOTED * promotion
    sales = expected + NOISE * dice.normal(size=len(day))
    begin = np.datetime64("2025-01-06", "us")
    table = {
        "row_id": [f"r{n}" for n in range(len(day))],
        "store": np.array([f"store {n}" for n in range(STORES)])[store],
        "region": np.where(store % 2 == 1, "s", "n"),
        "day": begin + day * np.timedelta64(1, "D"),
        "sales": sales,
        "promotion": promotion,
        "weekday": np.array(["mo", "tu", "we", "th", "fr", "sa", "su"])[day % 7],
    }
    return pa.table(table), expected
