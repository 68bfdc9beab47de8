"""20,000 policies in 500 cells of a tariff: rows that repeat each other by right."""

import dataclasses

import numpy as np
import pyarrow as pa

from factory import gates
from factory.catalogue.split import Hashed, Published
from pipelines.steps import evidence, leakage, splitting
from pipelines.steps.evidence import Said
from tests.pipelines.cases import CHURN

FACTORS = {"zone": 5, "engine": 5, "sex": 4, "bonus": 5}
PUBLISHED = Published(train="policies_past", test="policies_now")
TARIFF = dataclasses.replace(CHURN, split=PUBLISHED, features=tuple(FACTORS))
TARIFF = dataclasses.replace(
    TARIFF,
    gates=dataclasses.replace(
        TARIFF.gates, fairness=dataclasses.replace(TARIFF.gates.fairness, attributes=("sex",))
    ),
)
HASHED = dataclasses.replace(TARIFF, split=Hashed(product="policies", test=0.3))


def policies(rows, seed, later=0.0):
    """Return policies, whose cells have shares of yes of their own, *later* higher ones."""
    dice = np.random.default_rng(seed)
    table = {name: dice.integers(1, levels + 1, rows) for name, levels in FACTORS.items()}
    cell = np.ravel_multi_index([v - 1 for v in table.values()], tuple(FACTORS.values()))
    pull = np.random.default_rng(9).normal(-1.5 + later, 0.5, 500)[cell]
    left = dice.random(rows) < 1 / (1 + np.exp(-pull))
    keys = [f"{seed}-{n}" for n in range(rows)]
    return pa.table({"customer": keys, **table, "left": left})


def scored(model, train, test):
    """Return the split of two tables, with answers that say nothing."""
    none = pa.table(
        {
            "key": test[model.key],
            "score": np.full(test.num_rows, 0.5),
            "selected": np.zeros(test.num_rows, bool),
            "label": ["false"] * test.num_rows,
        }
    )
    return evidence.ScoredSplit(
        model=model,
        train=train,
        features=test.select([model.key, *model.inputs]),
        labels=test.select([model.key, *model.audited]),
        challenger=Said(none),
        champion=None,
    )


def leaks(model, train, test, left_out=None):
    """Return the verdict on leakage between rows that are on their sides already."""
    split = scored(model, train, test)
    measured = leakage.measure(split, train, list(model.features), left_out)
    found = gates.judge({"version": gates.VERSION, "model": model.name, "leakage": measured}, model)
    return next(v for v in found if v.gate == "leakage")


def judged(model, train, test):
    """Return the verdict on leakage, and the rows to learn from, as Prepare splits them."""
    found = splitting.halves(model, train, test, test)
    return leaks(model, found.train, found.test, found.left_out), found.train


def with_copies(train, test, count, times=1):
    """Add the first *count* test rows to *train*, each so many times under a key of its own."""
    copied = [test.slice(0, count)] * times
    rows = pa.concat_tables([train, *copied])
    return rows.set_column(0, "customer", pa.array([f"row-{n}" for n in range(rows.num_rows)]))
