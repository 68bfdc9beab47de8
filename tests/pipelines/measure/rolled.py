"""A forecast of several series, from a table to answers from rolling origins."""

import numpy as np
import pyarrow as pa

from factory.catalogue.judged import Fairness, Floor, Gates, Judged
from factory.catalogue.spec import Origins
from factory.tasks.forecast import Forecast
from factory.tasks.task import ORIGIN
from pipelines.boosting import recipe
from pipelines.measure import measure
from pipelines.steps import rolling, train
from pipelines.steps.rows import Rows

WEEKS, HORIZON, COUNT = 60, 7, 24


def model(fallback=""):
    """Return the spec of a forecast, week by week."""
    return Judged(
        name="sold",
        recipe="boosting",
        task=Forecast(
            series=("store",),
            time="at",
            value="sold",
            step="day",
            horizon=HORIZON,
            fallback_model=fallback,
        ),
        split=Origins(product="sales", count=COUNT),
        features=(),
        gates=Gates(floor=Floor(at_most=1.0), fairness=Fairness(exempt="things")),
    )


def sold(noisy=6, walking=3, seed=1):
    """Return days of stores with noise that averages out, and of others that repeat last week."""
    random = np.random.default_rng(seed)
    season = random.normal(0, 5, (noisy, 7))
    noise = random.normal(0, 3, (noisy, WEEKS, 7))
    steps = random.normal(0, 1, (walking, WEEKS, 7))
    values = np.vstack([100 + season[:, None] + noise, 100 + np.cumsum(steps, axis=1)])
    days = WEEKS * 7
    names = [f"noisy{n}" for n in range(noisy)] + [f"walking{n}" for n in range(walking)]
    return pa.table(
        {
            "row_id": [f"r{n}" for n in range(len(names) * days)],
            "store": np.repeat(names, days),
            "at": np.tile(np.datetime64("2025-01-06") + np.arange(days), len(names)),
            "sold": values.ravel(),
        }
    )


def learned(spec, table):
    """Return what training makes of the rows before the first test origin, and these rows."""
    found = rolling.windows(spec, table, spec.split.count)
    taught = table.take(pa.array(found.teach))
    return train.learn(taught, spec, recipe), taught, rolling.asked(spec, table, found)


def answered(spec, made, asked):
    """Return the answers to the rows that are *asked*, origin by origin as requests are."""
    kind, columns = type(measure.load(spec.task)), asked.select(list(spec.inputs)).to_pydict()
    origin = np.array(asked.column(ORIGIN).to_pylist())
    whole = {name: np.full(len(origin), np.nan) for name in spec.task.ANSWER}
    for moment in np.unique(origin):
        rows = np.flatnonzero(origin == moment)
        request = {name: [column[row] for row in rows] for name, column in columns.items()}
        question = kind.ask(request, made.metadata)
        raw = kind.raw(made.estimator, question.frame)
        for name, found in kind.answer(raw, question, made.metadata).items():
            whole[name][rows] = found
    return whole


def measured(spec, taught, asked):
    """Return how the forecast is measured, and the rows that judge it."""
    return measure.load(spec.task, Rows(taught)), Rows(asked)
