import numpy as np
import pyarrow as pa

from pipelines.steps import baseline, columns


def baseline_of(table, features):
    scores = np.linspace(0, 1, table.num_rows)
    return baseline.of(table, columns.of(table, features), scores, scores >= 0.5)


def test_every_row_is_counted_in_every_column(ten, model):
    found = baseline_of(ten, model.features)
    assert list(found["columns"]) == list(model.features)
    spend, plan = found["columns"]["spend"], found["columns"]["plan"]
    assert sum(spend["counts"]) + spend["nulls"] == found["rows"] == 10
    assert sum(plan["levels"].values()) + plan["nulls"] == 10
    assert sum(found["score"]["counts"]) == 10
    assert found["selected"] == 5


def test_a_number_has_its_range_and_a_category_its_levels(ten, model):
    found = baseline_of(ten, model.features)["columns"]
    assert (found["spend"]["min"], found["spend"]["max"], found["spend"]["nulls"]) == (1, 10, 1)
    assert found["plan"] == {"kind": "category", "nulls": 1, "levels": {"a": 3, "b": 4, "c": 2}}


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
    assert found["none"] == {"kind": "number", "nulls": 5, "edges": [], "counts": []}
