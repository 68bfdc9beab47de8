import json

import numpy as np
import pyarrow as pa
import pytest

from factory.drift import BinCounts, items, parse
from factory.drift.window import OpenWindow
from factory.serving import probes
from pipelines.steps import baseline, columns


def baseline_of(table, features):
    return baseline.of(table, columns.of(table, features))


def test_every_row_is_counted_in_every_column(ten, model):
    found = baseline_of(ten, model.features)
    assert list(found["columns"]) == list(model.features)
    spend, plan = found["columns"]["spend"], found["columns"]["plan"]
    assert sum(spend["counts"]) + spend["nulls"] == found["rows"] == 10
    assert sum(plan["levels"].values()) + plan["nulls"] == 10


def test_a_number_has_its_range_and_a_category_its_levels(ten, model):
    found = baseline_of(ten, model.features)["columns"]
    assert (found["spend"]["min"], found["spend"]["max"], found["spend"]["nulls"]) == (1, 10, 1)
    assert found["plan"] == {
        "type": "VARCHAR",
        "kind": "category",
        "nulls": 1,
        "levels": {"a": 3, "b": 4, "c": 2},
        "other": 0,
    }


def test_edges_are_quantiles_and_rise():
    values = np.random.default_rng(2).gamma(2, 10, 3200)
    found = baseline_of(pa.table({"x": values}), ["x"])["columns"]["x"]
    assert (np.diff(found["edges"]) > 0).all()
    assert max(found["counts"]) < 1.2 * min(found["counts"])


def test_a_value_that_most_rows_share_has_a_bin_of_its_own():
    gain = [0.0] * 900 + list(np.linspace(100, 200, 100))
    found = baseline_of(pa.table({"x": gain}), ["x"])["columns"]["x"]
    assert found["counts"][0] == 900


def test_a_constant_column_and_an_empty_one_are_counted_too():
    table = pa.table({"same": [7] * 5, "none": pa.array([None] * 5, pa.float64())})
    found = baseline_of(table, ["same", "none"])["columns"]
    assert found["same"]["counts"] == [5]
    assert found["none"] == {
        "type": "DOUBLE",
        "kind": "number",
        "nulls": 5,
        "edges": [],
        "counts": [],
    }


def test_of_a_column_of_free_text_the_frequent_levels_are_kept_and_the_others_counted():
    titles = [f"title {n}" for n in range(150_000)] + ["often"] * 7 + ["twice"] * 2
    found = baseline_of(pa.table({"work": titles}), ["work"])["columns"]["work"]
    assert len(found["levels"]) == columns.MOST_LEVELS
    assert (found["levels"]["often"], found["levels"]["twice"]) == (7, 2)
    assert sum(found["levels"].values()) + found["other"] == len(titles)


def test_a_level_that_is_a_document_is_not_kept():
    table = pa.table({"work": ["a", "b" * 300, "b" * 300]})
    found = baseline_of(table, ["work"])["columns"]["work"]
    assert (found["levels"], found["other"]) == ({"a": 1}, 2)


@pytest.mark.parametrize("width", [1, 300, 3000])
@pytest.mark.parametrize("kind", ["category", "number"])
def test_the_counts_of_a_window_are_one_item_however_many_levels_and_columns(kind, width):
    values = [f"level {n}" for n in range(500)] if kind == "category" else np.arange(500.0)
    table = pa.table(dict.fromkeys([f"c{n}" for n in range(width)], pa.array(values)))
    document = {"model": "m", "version": 1, "config": "c", "features": table.column_names}
    document |= {"baseline": baseline_of(table, table.column_names)}
    known = parse(json.dumps(document).encode())
    full = {name: [10**6] * len(bins.learned) for name, bins in known.columns.items()}
    window = OpenWindow(number=1, counts=BinCounts(columns=full))
    assert len(json.dumps(items.window_item("c", window, 1))) < 400 * 1024
    assert len(probes.cases(document)) <= baseline.MOST_BINS
