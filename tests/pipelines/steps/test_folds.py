"""Are rows held out as the split parts them: by time, by entity, or one by one?"""

import dataclasses
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from factory.catalogue.split import After, Hashed
from pipelines.steps import folds
from pipelines.steps.rows import Rows
from tests.pipelines.cases import CHURN

ROWS = 600


def of(split, table, number=3):
    return folds.of(dataclasses.replace(CHURN, split=split), Rows(table), 7, number)


def test_rows_by_themselves_fall_into_folds_of_one_size():
    found = of(CHURN.split, pa.table({"customer": range(ROWS)}))
    assert np.bincount(found).tolist() == [0, 200, 200, 200]
    assert found[:6].tolist() != sorted(found[:6].tolist())


def test_all_rows_of_one_entity_are_in_one_fold():
    person = [f"p{row % 50}" for row in range(ROWS)]
    found = of(Hashed(product="visits", key="person"), pa.table({"person": person}))
    assert set(found) == {1, 2, 3}
    assert all(len({*found[np.array(person) == each]}) == 1 for each in set(person))


def test_after_a_time_folds_are_spans_of_time_whatever_the_order_of_rows():
    start, order = datetime(2024, 1, 1), np.random.default_rng(1).permutation(ROWS)  # noqa: DTZ001 - as data has it
    times = [start + timedelta(hours=int(row) // 4) for row in order]
    found = of(After(product="air", time="at"), pa.table({"at": times}))
    spans = [(min(own), max(own)) for own in (np.array(times)[found == fold] for fold in (1, 2, 3))]
    assert spans[0][1] < spans[1][0] < spans[1][1] < spans[2][0]
    assert of(After(product="air", time="at"), pa.table({"at": [start] * 5})).tolist() == [1] * 5
