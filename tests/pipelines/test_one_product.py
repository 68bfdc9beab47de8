"""Is one data product enough? The factory splits it, and its gates see that it did."""

import dataclasses
import json
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from factory.catalogue.split import After, Hashed
from factory.gates import FAIL
from tests.pipelines.cases import CHURN, customers

FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - the times of contracts have no zone
HASHED = dataclasses.replace(
    CHURN, name="hashed", split=Hashed(product="customers", key="person", test=0.4)
)
AFTER = dataclasses.replace(
    CHURN,
    name="after",
    split=After(product="customers", time="asked", test="30 days", delay="1 week"),
)


def people(rows=6000):
    """Return customers who are asked about twice, in a year."""
    table = customers(rows, 3)
    days = np.arange(rows) * 365 // rows
    asked = pa.array([FIRST + timedelta(days=int(day)) for day in days])
    whose = pa.array(np.arange(rows) % (rows // 2))
    return table.append_column("person", whose).append_column("asked", asked)


@pytest.fixture(scope="module")
def hashed(recipe):
    table = people()
    return recipe(HASHED, table, table).run()


def test_a_share_of_the_people_judges_and_every_gate_agrees(hashed):
    assert set(hashed.verdicts.values()) == {"PASS"}, hashed.result["reason"]
    leakage, lineage = hashed.evidence["leakage"], hashed.evidence["lineage"]
    assert lineage["left_out"] == {"entity": 0, "delay": 0}
    assert (leakage["shared_entities"], leakage["misplaced"]) == (0, 0)
    assert leakage["train_rows"] + leakage["test_rows"] == 6000
    assert lineage["inputs"]["train"] == lineage["inputs"]["test"]
    taught = pq.read_table(hashed.home / "prepare/train/train.parquet").column("person")
    judges = pq.read_table(hashed.home / "prepare/labels/labels.parquet").column("person")
    assert not set(taught.to_pylist()) & set(judges.to_pylist())


def test_no_exam_says_whose_its_rows_are(hashed):
    asked = pq.read_table(hashed.home / "prepare/features/features.parquet")
    assert asked.column_names == ["customer", *CHURN.features]


def test_rows_that_are_moved_to_the_other_side_are_seen(hashed, fork):
    run = fork(hashed)
    judges = pq.read_table(run.home / "prepare/labels/labels.parquet")
    asked = pq.read_table(run.home / "prepare/features/features.parquet")
    path = run.home / "prepare/train/train.parquet"
    taught = pq.read_table(path)
    moved = pa.table(
        {c: (judges if c in judges.column_names else asked)[c] for c in taught.column_names}
    )
    pq.write_table(pa.concat_tables([taught, moved.slice(0, 9).cast(taught.schema)]), path)
    run.gates()
    assert run.verdicts["leakage"] == FAIL
    assert "9 keys occur in both splits" in run.result["reason"]
    assert "rows to learn from have a person that test rows have too" in run.result["reason"]
    assert "9 rows are not on the side that the split (hashed) says" in run.result["reason"]


def test_one_product_is_one_snapshot(hashed, fork):
    run = fork(hashed)
    path = run.home / "prepare/lineage/lineage.json"
    lineage = json.loads(path.read_bytes())
    lineage["inputs"]["train"]["snapshot"] = 2
    path.write_text(json.dumps(lineage))
    run.gates()
    assert run.verdicts["lineage"] == FAIL
    words = "train and test are not the same snapshot of customers, which is split"
    assert words in run.result["reason"]


def test_two_snapshots_of_one_product_are_not_split(recipe):
    table = people()
    run = recipe(HASHED, table, table.slice(1))
    with pytest.raises(RuntimeError, match=r"split: snapshots [0-9a-f]{12} and [0-9a-f]{12} of"):
        run.prepare()


def test_the_last_month_judges_and_the_week_before_it_is_left_out(recipe):
    table = people()
    run = recipe(AFTER, table, table)
    assert "(115 left out)" in run.prepare()
    lineage = run.json("prepare/lineage/lineage.json")
    assert lineage["left_out"] == {"entity": 0, "delay": 115}
    rows = run.json("prepare/lineage/coverage.json")
    assert rows["test"] == {"rows_of_product": 6000, "rows": 493}
    assert rows["train"] == {"rows_of_product": 6000, "rows": 5392}
    taught = pq.read_table(run.home / "prepare/train/train.parquet").column("asked").to_pylist()
    judges = pq.read_table(run.home / "prepare/labels/labels.parquet").column("asked").to_pylist()
    assert max(taught) + timedelta(days=7) < min(judges)


def test_rows_of_which_no_verdict_can_be_given_are_refused_before_anything_is_learned(recipe):
    table = people(600)
    left, times = table["left"].to_pylist(), table["asked"].to_pylist()
    for row in (left.index(True), left.index(False)):
        times[row] = datetime(2099, 1, 1)  # noqa: DTZ001 - as above
    late = table.set_column(table.column_names.index("asked"), "asked", pa.array(times))
    with pytest.raises(RuntimeError) as caught:
        recipe(AFTER, late, late).prepare()
    assert str(caught.value).endswith(
        "Refused: split: of the 2 rows of customers that judge no verdict can be given; at least 2 "
        "rows of each class are needed: land more, or split otherwise\n"
    )
