"""Which candidate stands for each kind of question? Tables of a seeded generator, and their specs.

Each has 20,000 rows that judge. One column in ten is missing somewhere, one is a time, and a
protected one is no feature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

import models
from factory.catalogue.spec import Fairness, Floor, Gates, Model, Origins, Published
from factory.tasks.binary import Binary
from factory.tasks.count import Count
from factory.tasks.forecast import Forecast
from factory.tasks.multiclass import Multiclass
from factory.tasks.ranking import Ranking
from factory.tasks.regression import Regression
from factory.tasks.task import Task

TRAIN, TEST = 40_000, 20_000
MISSING, ACTIVE = 0.1, 0.6  # shares of rows
NUMBERS = tuple(f"number_{place}" for place in range(8))
WORDS = tuple(f"word_{place}" for place in range(4))
FEATURES = (*NUMBERS, *WORDS, "active", "since")
CANDIDATES = 10  # items of a query
SERIES, DAYS, HORIZON, ORIGINS = 42, 1400, 20, 24
START = np.datetime64("2022-01-01", "us")
DAY = np.timedelta64(1, "D")
ASKED: Mapping[str, tuple[Task, Floor]] = {
    "binary": (Binary(label="left", positive="yes"), Floor(at_least=0.7)),
    "multiclass": (Multiclass(label="grade"), Floor(at_most=1.3)),
    "regression": (Regression(label="price"), Floor(at_most=1.5)),
    "count": (Count(label="claims", exposure="years"), Floor(at_most=1.6)),
    "ranking": (Ranking(query="query", item="item", relevance="liked"), Floor(at_least=0.5)),
    "forecast": (
        Forecast(series=("shop",), time="at", value="sold", step="day", horizon=HORIZON),
        Floor(at_most=0.95),
    ),
}


def model(kind: str) -> Model:
    """Return the spec of the candidate."""
    task, floor = ASKED[kind]
    forecast = kind == "forecast"
    return replace(
        models.catalogue()["income"],
        name=f"bench-{kind}",
        recipe="boosting",
        hyperparameters={"iterations": 40, "learning_rate": 0.1},
        task=task,
        split=Origins(product="own", count=ORIGINS) if forecast else Published(**SPLIT),
        key="id",
        features=() if forecast else FEATURES,
        gates=Gates(
            floor=floor, fairness=Fairness(attributes=() if forecast else ("group",), exempt=EXEMPT)
        ),
    )


SPLIT = {"train": "own_train", "test": "own_test"}
EXEMPT = "The rows of a forecast are about shops."


def products(kind: str) -> Mapping[str, pa.Table]:
    """Return the data products of the candidate, by name."""
    if kind == "forecast":
        return {"own": _series()}
    return {"own_train": _rows(TRAIN, 1), "own_test": _rows(TEST, 2)}


def _rows(rows: int, seed: int) -> pa.Table:
    """Return independent rows with the label of every kind."""
    random = np.random.default_rng(seed)
    numbers = {name: random.normal(size=rows).round(4) for name in NUMBERS}
    words = {name: random.integers(0, 12, rows) for name in WORDS}
    signal = sum(numbers[name] for name in NUMBERS[:3]) + 0.2 * words[WORDS[0]]
    signal = (signal - signal.mean()) / signal.std()
    years = random.uniform(0.2, 1, rows).round(3)
    missing = random.random(rows) < MISSING
    noisy = signal + random.normal(size=rows)
    label = {
        "left": np.where(noisy > 1, "yes", "no"),
        "grade": np.array(list("abcd"))[np.digitize(noisy, [-1, 0, 1])],
        "price": (50 + 2 * signal + random.normal(size=rows)).round(3),
        "claims": random.poisson(years * np.exp(0.5 * signal - 0.5)),
        "liked": (noisy > 1).astype(int),
    }
    return pa.table(
        {
            "id": [f"{seed}-{row:06d}" for row in random.permutation(rows)],
            **{name: pa.array(found) for name, found in numbers.items()},
            NUMBERS[0]: pa.array(numbers[NUMBERS[0]], mask=missing),
            **{name: [f"level {code}" for code in found] for name, found in words.items()},
            "active": random.random(rows) < ACTIVE,
            "since": START + random.integers(0, 900, rows) * DAY,
            "group": random.choice(["one", "other"], rows),
            "years": years,
            "query": [f"{seed}-{row // CANDIDATES:05d}" for row in range(rows)],
            "item": [f"item {code}" for code in random.integers(0, 40, rows)],
            **label,
        }
    )


def _series() -> pa.Table:
    """Return daily series with a week's season, of whose days the last origins ask for 20,000."""
    random = np.random.default_rng(3)
    week = 10 * random.normal(size=(SERIES, 7))
    drift = random.normal(0, 0.5, (SERIES, DAYS)).cumsum(axis=1)
    days = np.arange(DAYS)
    sold = 100 + week[:, days % 7] + drift + random.normal(0, 4, (SERIES, DAYS))
    return pa.table(
        {
            "id": [f"{shop:03d}-{day:04d}" for shop in range(SERIES) for day in days],
            "shop": np.repeat([f"shop {shop:03d}" for shop in range(SERIES)], DAYS),
            "at": np.tile(START + days * DAY, SERIES),
            "sold": sold.ravel().round(3),
        }
    )
