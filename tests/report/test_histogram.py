"""Does a histogram compare training with now, without identifying anybody?"""

import pytest

from factory.drift.bins import of_column
from report.histogram import bars

AGES = {"kind": "number", "nulls": 10, "edges": [17, 30, 40, 90], "counts": [30, 30, 30]}
JOBS = {"kind": "category", "nulls": 0, "levels": {"clerk": 600, "nurse": 390, "count of Foix": 10}}


def test_each_bin_is_labelled_with_its_edges():
    column = of_column(AGES)
    found = bars(column, [0, 0, 10, 0, 0, 0])
    assert [bar["label"] for bar in found] == ["17 to 30", "30 to 40", "40 to 90", "empty"]
    assert [bar["before"] for bar in found] == [0.3, 0.3, 0.3, 0.1]
    assert [bar["now"] for bar in found] == [1, 0, 0, 0]


def test_values_outside_training_get_a_bar_of_their_own():
    column = of_column(AGES)
    found = bars(column, [0, 1, 1, 1, 1, 4])
    labels = {bar["label"]: bar["now"] for bar in found}
    assert labels["below 17"] == 0.125
    assert labels["above 90"] == 0.5
    assert found[0]["label"] == "below 17"


def test_a_level_that_few_people_share_is_not_named():
    found = bars(of_column(JOBS), [0, 5, 5, 0, 0])
    assert [bar["label"] for bar in found] == [
        "clerk",
        "nurse",
        "1 other",
        "never seen in training",
    ]
    assert not any("Foix" in bar["label"] for bar in found)


FREE = {
    "kind": "category",
    "nulls": 0,
    "levels": {"often": 600, **{f"rare{n}": 3 for n in range(40)}},
    "other": 280,
}
YES = {
    "kind": "number",
    "type": "BOOLEAN",
    "nulls": 0,
    "edges": [0.0, 5e-324, 1.0, 1.0000000000000002],
    "counts": [30, 0, 70],
}


def test_a_boolean_is_called_as_it_is_written():
    column = of_column(YES)
    found = bars(column, [column.bin(value) for value in (0, 1)] + [0] * 4)
    labels = {bar["label"]: round(bar["before"], 2) for bar in found}
    assert (labels["false"], labels["true"]) == (0.3, 0.7)


@pytest.mark.parametrize("raw", [AGES, JOBS, FREE, YES])
def test_every_row_is_counted(raw):
    column = of_column(raw)
    found = bars(column, list(range(1, len(column.learned) + 1)))
    assert sum(bar["before"] for bar in found) == pytest.approx(1)
    assert sum(bar["now"] for bar in found) == pytest.approx(1)


def test_many_levels_become_few_bars():
    many = {"kind": "category", "nulls": 0, "levels": {f"l{n:02}": 1000 - n for n in range(40)}}
    found = bars(of_column(many), [1] * 42)
    assert len(found) == 12
    assert found[9]["label"] == "31 others"


def test_a_column_that_was_always_empty_has_a_histogram():
    found = bars(of_column({"kind": "number", "nulls": 5, "edges": [], "counts": []}), [1, 0, 3])
    assert [(bar["label"], bar["now"]) for bar in found] == [("any number", 0.75), ("empty", 0.25)]
