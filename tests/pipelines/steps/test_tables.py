import decimal

import pyarrow as pa
import pytest

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
