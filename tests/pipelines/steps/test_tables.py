import decimal

import pyarrow as pa
import pytest

from factory.catalogue.spec import Label
from factory.errors import Refused
from pipelines.steps import tables


def test_rows_are_compared_by_value_across_types():
    whole = pa.table({"n": [1, 2, None], "t": ["a", "b", "c"]})
    split = pa.table({"n": [1.0, 3.0, None], "t": ["a", "b", "c"]})
    assert tables.known(whole, split, ["n", "t"]).to_pylist() == [True, False, True]


def test_a_missing_value_is_no_text():
    nothing, text = pa.table({"t": pa.array([None], pa.string())}), pa.table({"t": [""]})
    assert tables.known(nothing, text, ["t"]).to_pylist() == [False]


def test_values_do_not_run_into_each_other():
    one = pa.table({"a": ["x"], "b": ["yz"]})
    two = pa.table({"a": ["xy"], "b": ["z"]})
    assert tables.known(one, two, ["a", "b"]).to_pylist() == [False]


@pytest.mark.parametrize(
    ("values", "positive"),
    [(["<=50K", ">50K"], ">50K"), ([0, 1], "1"), ([False, True], "true")],
)
def test_labels_of_any_type_become_zero_and_one(values, positive):
    table = pa.table({"y": values})
    label = Label(column="y", positive=positive)
    assert tables.positives(table, label).to_pylist() == [0, 1]


def test_a_positive_value_that_never_occurs_is_named_with_those_that_do():
    table = pa.table({"y": ["<=50K.", ">50K."]})
    with pytest.raises(Refused, match=r"'>50K' never occurs, 2 others do"):
        tables.positives(table, Label(column="y", positive=">50K"))


def test_a_row_without_label_is_refused():
    with pytest.raises(Refused, match="y: 1 rows have no label"):
        tables.positives(pa.table({"y": ["a", None]}), Label(column="y", positive="a"))


def test_columns_come_in_the_order_asked_for_and_a_missing_one_is_named(tmp_path, ten):
    path = tmp_path / "t.parquet"
    tables.write(path, ten)
    assert tables.read(path, ["plan", "spend"]).column_names == ["plan", "spend"]
    with pytest.raises(Refused, match=r"t.parquet lacks colour; it has \d+ columns"):
        tables.read(path, ["plan", "colour"])


def test_whole_numbers_fractions_decimals_and_booleans_are_numbers():
    values = [1, 1.5, decimal.Decimal("1.5"), True]
    assert all(tables.is_number(pa.array([v]).type) for v in values)
    assert not tables.is_number(pa.string())
