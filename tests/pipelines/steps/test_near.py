"""Are rows told that are nearer to the exam than honest ones, whoever has many of them?"""

import dataclasses
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from factory.catalogue.split import After, Hashed
from factory.gates import PASS
from models.income import MODEL
from pipelines.steps import leakage, near, splitting
from tests.pipelines.cases import CHURN, adult
from tests.pipelines.tariff import leaks

FEW = ("workclass", "race", "sex", "relationship", "education", "age")
FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - the times of contracts have no zone
VISITS = dataclasses.replace(CHURN, features=("age", "size", "city", "month", "spend"))
VISITS = dataclasses.replace(
    VISITS,
    gates=dataclasses.replace(
        VISITS.gates, fairness=dataclasses.replace(VISITS.gates.fairness, attributes=("city",))
    ),
)
SPLITS = {
    "hashed": Hashed(product="visits", key="person"),
    "after": After(product="visits", time="asked", test="30 days"),
}


@pytest.mark.parametrize("features", [MODEL.features, FEW], ids=["all", "few"])
def test_honest_rows_repeat_each_other_no_more_often_than_training_rows_do(features):
    train, test = adult("train"), adult("test")
    columns = {name: leakage._joined(train, test, name) for name in features}
    label = leakage._joined(train, test, MODEL.task.target)
    found = near.measure(columns, train.num_rows, label)
    for how in ("all", "all_but_one", "repeated"):
        assert found[how]["test"] - found[how]["train"] < 0.03 * found[how]["rows"]


def visits(persons=1500, each=8):
    """Return visits of people, who come again and again, hardly changed."""
    dice = np.random.default_rng(5)
    whose = np.repeat(np.arange(persons), each)
    rows = len(whose)
    order = dice.permutation(rows)
    days = np.sort(dice.integers(0, 200, rows))
    person = whose[order]
    own = {
        "age": dice.integers(18, 90, persons),
        "size": dice.normal(170, 10, persons).round(1),
        "city": dice.choice(["n", "s"], persons),
    }
    return pa.table(
        {
            "customer": [f"visit-{n}" for n in range(rows)],
            "person": person,
            "asked": [FIRST + timedelta(days=int(day)) for day in days],
            **{name: values[person] for name, values in own.items()},
            "month": days // 30,
            "spend": dice.integers(0, 40, rows),
            "left": dice.random(rows) < 0.3,
        }
    )


def copied(found, share):
    """Put a share of the test rows in training, as earlier visits of people who teach."""
    rows = found.test.slice(0, int(share * found.test.num_rows))
    keys = pa.array([f"copy-{n}" for n in range(rows.num_rows)])
    teach = [n for n in range(10**6, 10**6 + 3000) if not SPLITS["hashed"].judging(str(n))]
    new = {"customer": keys, "person": pa.array(np.array(teach)[np.arange(rows.num_rows) // 8])}
    new["asked"] = pa.array([FIRST] * rows.num_rows)
    for name, values in new.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, values)
    return pa.concat_tables([found.train, rows.cast(found.train.schema)])


@pytest.mark.parametrize("kind", SPLITS)
def test_people_who_come_again_are_honest_and_copies_of_them_are_not(kind):
    model = dataclasses.replace(VISITS, split=SPLITS[kind])
    table = visits()
    found = splitting.halves(model, table, table, table)
    honest = leaks(model, found.train, found.test)
    assert honest.verdict == PASS, honest.reason
    verdict = leaks(model, copied(found, 0.5), found.test)
    assert verdict.verdict != PASS
    assert "test rows equal a training row in all columns and the label" in verdict.reason
