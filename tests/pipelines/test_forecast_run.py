"""Is a forecast judged where series have gaps, and are its questions asked again as wholes?"""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from factory.catalogue.spec import Card, Fairness, Floor, Gates, Model, Origins
from factory.errors import Refused
from factory.tasks.forecast import Forecast
from pipelines.measure import measure, request
from pipelines.measure.ahead import layout_of
from pipelines.steps import rolling
from pipelines.steps.rows import Rows
from tests.pipelines.measure import series

ORIGINS = 100
SALES = Model(
    name="sales", purpose="What is sold next?", owner="tests", builders=("ada",),
    recipe="boosting", split=Origins(product="sales", count=ORIGINS),
    task=Forecast(series=("store",), time="at", value="sales", step="day", horizon=3),
    features=(),
    gates=Gates(floor=Floor(at_most=1.5), fairness=Fairness(exempt="stores are not people " * 4)),
    card=Card(intended_use="tests", limitations="none known", ethics="none known"),
)  # fmt: skip


def sales(gaps):
    found = series.table(stores=2, count=900, gaps=gaps, seed=3)
    value = [None if np.isnan(v) else float(v) for v in found["sales"]]
    return pa.table(
        {
            "row_id": [f"r{n}" for n in range(len(value))],
            "store": found["store"].tolist(),
            "at": pa.array(found["at"].astype(dt.datetime), pa.timestamp("us")),
            "sales": pa.array(value, pa.float64()),
        }
    )


@pytest.fixture(scope="module")
def run(recipe):
    table = sales(gaps=0.1)
    return recipe(SALES, table, table).run()


def test_gaps_are_no_reason_to_refuse(run):
    assert set(run.verdicts.values()) == {"PASS"}, run.result["reason"]


def test_the_card_says_what_of_the_past_matters(run):
    card = run.json("gates/evidence/card.json")
    words = card["additional_information"]["custom_details"]["columns that matter"]
    assert "season_" in words
    assert " %" in words


def test_only_values_that_came_judge(run):
    coverage = run.json("prepare/lineage/coverage.json")
    assert coverage["test"]["rows"] == run.evidence["quality"]["rows"] < 2 * ORIGINS * 3


def test_whole_questions_are_asked_again(run):
    replay = run.json("gates/replay/replay.json")
    wanted = replay["questions"]
    assert len(wanted) == len(replay["rows"])
    names = replay["features"]
    for number in set(wanted):
        rows = [
            row for row, question in zip(replay["rows"], wanted, strict=True) if question == number
        ]
        columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        found, origins = request.read(columns, layout_of(vars(SALES.task)))
        assert len(found.keys) == len(origins) == 1


def test_no_question_begins_where_a_series_has_no_value():
    rows = Rows(sales(gaps=0.1))
    found = measure.load(SALES.task).windows(rows, ORIGINS)
    value = rows.numbers("sales")[found.rows]
    last = np.flatnonzero(~found.hidden & np.append(found.hidden[1:], False))
    assert not np.isnan(value[last]).any()
    assert len(last) < 2 * ORIGINS, "some could not be asked"


def test_too_few_moments_with_a_value_are_refused():
    rows = Rows(sales(gaps=0.97))
    with pytest.raises(Refused, match=r"sales: \d+ of 100 test origins have a value"):
        measure.load(SALES.task).windows(rows, ORIGINS)


def with_constant(*stores):
    """Return sales of two stores, of which some never sell more or less."""
    table = sales(gaps=0.0)
    pairs = zip(table["store"].to_pylist(), table["sales"].to_pylist(), strict=True)
    value = [5.0 if store in stores else sold for store, sold in pairs]
    return table.set_column(3, "sales", pa.array(value, pa.float64()))


def test_a_slice_of_a_series_that_never_changes_is_not_measured():
    table = with_constant("s0")
    found = rolling.windows(SALES, table, ORIGINS)
    taught, truth = table.take(pa.array(found.teach)), rolling.asked(SALES, table, found)
    kind = measure.load(SALES.task, Rows(taught))
    assert kind.measurable(Rows(truth))
    stores = np.array(truth["store"].to_pylist())
    parts = [Rows(truth.filter(pa.array(stores == store))) for store in ("s0", "s1")]
    assert [kind.measurable(part) for part in parts] == [False, True]


def test_values_that_never_change_are_refused_before_anything_is_learned():
    with pytest.raises(Refused, match="sales: before the first test origin no series has a value"):
        measure.load(SALES.task).windows(Rows(with_constant("s0", "s1")), ORIGINS)
