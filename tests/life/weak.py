"""Which spec and rows make a model that knows next to nothing, and what looks that closely?"""

from dataclasses import replace

import numpy as np
import pyarrow as pa

import models
from factory.catalogue import document
from factory.catalogue.spec import Fairness, Floor, Gates, Members, Origins
from factory.layout import objects
from factory.tasks.forecast import Forecast
from factory.tasks.regression import Regression
from tests.life.candidates import replaced

HOURS = "hours_per_week"
WORK = replace(
    models.catalogue()["income"],
    task=Regression(label=HOURS, unit="hours"),
    features=("workclass", "fnlwgt", "education", "occupation"),
    hyperparameters={"iterations": 10, "learning_rate": 0.02},
    gates=Gates(floor=Floor(at_most=100.0), fairness=Fairness(attributes=("sex",))),
)
"""How long does somebody work? Its floor asks nothing."""
BLIND = replace(
    WORK,
    gates=replace(WORK.gates, fairness=Fairness(exempt="what is guessed favours nobody")),
)
"""The same, of which no group is compared."""
LAX = replace(
    WORK,
    hyperparameters={"iterations": 20, "learning_rate": 0.1},
    gates=replace(WORK.gates, fairness=Fairness(attributes=("sex",), max_gap=1.0)),
)
"""The same, of which a group may be answered as wrongly as the naive model answers all."""
STUMP = replace(BLIND, hyperparameters={"iterations": 1, "learning_rate": 1.0, "leaves": 2})
"""The same, with two answers to choose from."""


SERIES = replace(
    WORK,
    split=Origins(product="visitors", count=24),
    task=Forecast(series=("place",), time="at", value="visitors", step="day", horizon=7),
    features=(),
    hyperparameters={},
    gates=Gates(
        floor=Floor(at_most=5.0),
        fairness=Fairness(exempt="a place is nobody's group"),
        members=Members(at_least=0.8),
    ),
)
"""How many come to each place in the next seven days? Some have opened lately."""
DAYS, PLACES, OLD, LATE = 420, 8, 5, 350
"""Of how many days and places rows are; all but the first places opened on a late day."""


def visitors():
    """Return how many came, which is the same every day but for noise."""
    dice = np.random.default_rng(5)
    days = np.datetime64("2025-01-01") + np.arange(DAYS)
    rows = [
        {"row_id": f"{place}-{day}", "place": f"p{place}", "at": str(day), "visitors": count}
        for place in range(PLACES)
        for day, count in zip(days, dice.normal(100, 10, DAYS).tolist(), strict=True)
        if place < OLD or day >= days[LATE]
    ]
    return pa.Table.from_pylist(rows)


def drawn(table, pull):
    """Draw the hours of everybody by lot; the first quarter of the weights gets *pull* more."""
    dice = np.random.default_rng(3)
    hours = dice.integers(20, 60, table.num_rows)
    weights = np.array(table["fnlwgt"].to_pylist())
    return replaced(table, HOURS, hours + pull * (weights < np.quantile(weights, 0.25)))


def publish(session, spec):
    """Put *spec* where the steps of a run read it, as no deploy would; return URI and digest."""
    text = document.judged_text(spec)
    digest = document.digest(text)
    uri = objects.judged(session.output("SpecsBucket"), spec.name, digest)
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    session.aws("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
    return uri, digest
