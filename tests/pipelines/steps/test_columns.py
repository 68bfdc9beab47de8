import datetime as dt

import pyarrow as pa
import pytest

from factory.errors import Refused
from pipelines.measure import features
from pipelines.steps import columns


def test_what_is_no_value_of_a_contract_is_refused_with_what_would_be_right():
    table = pa.table({"took": pa.array([0, 1], pa.duration("s"))})
    with pytest.raises(Refused, match=r"took: duration\[s\] cannot be learned; make it a number"):
        columns.of(table, ["took"])


@pytest.mark.parametrize("type_", [pa.date32(), pa.timestamp("us")])
def test_dates_and_times_are_learned(type_):
    table = pa.table({"born": pa.array([0, 86_400], type_)})
    assert columns.of(table, ["born"])["born"]["kind"] == "time"


MIXED = pa.table(
    {
        "age": [1.0, None, 5.0, 9.0],
        "plan": ["a", "b", None, "a"],
        "at": pa.array([None, dt.datetime(2026, 1, 2, 6), *[dt.datetime(2026, 1, 4)] * 2]),  # noqa: DTZ001 - as the file has it
    }
)


def frame(takes):
    kinds = columns.encoded(MIXED, columns.of(MIXED, MIXED.column_names), takes)
    return features.frame(MIXED.to_pydict(), kinds)


def test_an_estimator_that_takes_all_gets_the_columns_as_they_are():
    found = frame(("category", "time", "missing"))
    assert list(found) == ["age", "plan", "at"]
    assert [str(kind) for kind in found.dtypes] == ["float64", "category", "datetime64[us]"]
    assert found.isna().sum().tolist() == [1, 1, 1]


def test_an_estimator_that_takes_numbers_alone_gets_numbers_alone_and_none_is_missing():
    found = frame(())
    assert {str(kind) for kind in found.dtypes} == {"float64"}
    assert not found.isna().any().any()
    assert found["age"].tolist() == [1, 5, 5, 9], "the median stands for what is missing"
    assert found["age is missing"].tolist() == [0, 1, 0, 0]
    assert found["plan=a"].tolist() == [1, 0, 0, 1]
    assert found["plan=b"].tolist() == [0, 1, 0, 0]
    assert found["at.day"].tolist() == [4, 2, 4, 4]
    assert found["at.weekday"].tolist() == [6, 4, 6, 6]
    assert found["at.hour"].tolist() == [0, 6, 0, 0]
    assert found["at.day is missing"].tolist() == [1, 0, 0, 0]
    parts = {name for name in found if name.startswith("at.") and "missing" not in name}
    assert parts == {f"at.{part}" for part in features.PARTS}, "no later time is like any of these"


def test_a_level_that_training_has_not_seen_is_as_missing_as_a_blank():
    kinds = columns.of(MIXED, ["plan"])
    assert features.frame({"plan": ["z", None]}, kinds)["plan"].isna().all()
    encoded = columns.encoded(MIXED, kinds, ())
    assert not features.frame({"plan": ["z", None]}, encoded).to_numpy().any()


def test_of_too_many_levels_the_frequent_are_kept():
    names = [f"n{n:03}" for n in range(300)] + ["z"] * 5
    levels = columns.of(pa.table({"name": names}), ["name"])["name"]["levels"]
    assert len(levels) == columns.MOST_LEVELS
    assert "z" in levels
