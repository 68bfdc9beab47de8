import pyarrow as pa
import pytest

from factory.errors import Refused
from pipelines.steps import columns


def test_a_date_is_refused_with_what_would_be_right():
    table = pa.table({"born": pa.array([0, 1], pa.date32())})
    with pytest.raises(Refused, match=r"born: date32.* cannot be learned; make it a number"):
        columns.of(table, ["born"])


def test_of_too_many_levels_the_frequent_are_kept():
    names = [f"n{n:03}" for n in range(300)] + ["z"] * 5
    levels = columns.of(pa.table({"name": names}), ["name"])["name"]["levels"]
    assert len(levels) == columns.MOST_LEVELS
    assert "z" in levels
