"""20,000 policies in 500 cells of a tariff: rows that repeat each other by right."""

import dataclasses

import numpy as np
import pyarrow as pa

from factory import gates
from pipelines.steps import evidence, leakage, prepare
from tests.pipelines.cases import CHURN

FACTORS = {"zone": 5, "engine": 5, "sex": 4, "bonus": 5}
REASON = (
    "A policy is described by its rating factors alone, and thousands of people share each cell of "
    "the tariff; the key tells them apart."
)
PLAIN = dataclasses.replace(CHURN, features=tuple(FACTORS))


def declared(model):
    rule = dataclasses.replace(model.gates.leakage, repeats=REASON)
    return dataclasses.replace(model, gates=dataclasses.replace(model.gates, leakage=rule))


TARIFF = declared(PLAIN)


def policies(rows, seed, later=0.0):
    """Return policies, whose cells have shares of yes of their own, *later* higher ones."""
    dice = np.random.default_rng(seed)
    table = {name: dice.integers(1, levels + 1, rows) for name, levels in FACTORS.items()}
    cell = np.ravel_multi_index([v - 1 for v in table.values()], tuple(FACTORS.values()))
    pull = np.random.default_rng(9).normal(-1.5 + later, 0.5, 500)[cell]
    left = (dice.random(rows) < 1 / (1 + np.exp(-pull))).astype(np.int8)
    keys = [f"{seed}-{n}" for n in range(rows)]
    return pa.table({"customer": keys, **table, "left": left})


def judged(model, train, test):
    split = evidence.ScoredSplit(
        model, test.select([model.key, *model.features]), test["left"].to_numpy(),
        np.zeros(test.num_rows), np.zeros(test.num_rows, bool), None,
    )  # fmt: skip
    rows = prepare.unseen(train, test, model.features, model.gates.leakage.repeats)
    measured = leakage.measure(split, rows, list(model.features), train.num_rows - rows.num_rows)
    found = gates.judge({"version": 1, "model": model.name, "leakage": measured}, model)
    return next(v for v in found if v.gate == "leakage"), rows


def with_copies(train, test, count, times=1):
    copied = [test.slice(0, count)] * times
    rows = pa.concat_tables([train, *copied])
    return rows.set_column(0, "customer", pa.array([f"row-{n}" for n in range(rows.num_rows)]))
