"""Does every value fall into the one bin that training would have counted it in?"""

import math
from itertools import pairwise

import pytest

from factory.drift import bins
from tests.factory.drift.conftest import category, learned, number

AGE = bins.of_column(number([10.0, 20.0, 30.0], [4, 6], nulls=3))
WORK = bins.of_column(category({"Private": 70, "State": 20}, nulls=10))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (9.999, 1), (10, 2), (19.9, 2), (20, 3), (30, 3), (30.001, 4), (math.nextafter(10, 0), 1),
        ("", 0), (None, 0), ("  ", 0), (math.nan, 0),
        (" 15 ", 2), ("1e1", 2), ("true", 1), (True, 1),
    ],
)  # fmt: skip
def test_a_number_falls_into_the_bin_whose_lower_edge_it_reaches(value, place):
    assert AGE.bin(value) == place


@pytest.mark.parametrize(
    ("value", "place"),
    [("Private", 2), (" State ", 3), ("", 0), (None, 0), (" ", 0), ("private", 1), ("7", 1)],
)
def test_a_level_falls_into_its_own_bin_and_a_new_one_beside_them(value, place):
    assert WORK.bin(value) == place


@pytest.mark.parametrize("value", ["young", "0x10", [1], {}, "nan", math.inf, "-inf", "1_0"])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(ValueError, match="; send a finite number"):
        AGE.bin(value)


@pytest.mark.parametrize("value", [7, 1.5, True, ["Private"]])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(ValueError, match="; send a text"):
        WORK.bin(value)


def test_the_rows_of_training_lie_in_the_same_bins():
    assert AGE.learned == (3, 0, 4, 6, 0)
    assert WORK.learned == (10, 0, 70, 20)


def test_a_column_that_was_always_empty_has_a_bin_for_what_is_not():
    never = bins.of_column(number([], [], nulls=5))
    assert (never.learned, never.bin(None), never.bin(3)) == ((5, 0, 0), 0, 2)


def test_a_constant_column_tells_its_value_from_any_other():
    same = bins.of_column(number([7.0, math.nextafter(7, 8)], [5]))
    assert [same.bin(v) for v in (6.9, 7, 7.1)] == [1, 2, 3]


@pytest.mark.parametrize("most", [1, 2, 8, 16, 31, 32, 100])
def test_neighbours_are_joined_to_as_few_groups_as_asked_about_equally_filled(ages, most):
    column = bins.of_column(learned(ages))
    groups = column.groups(most)
    assert [i for group in groups for i in group] == list(column.inner)
    assert len(groups) == min(most, len(column.inner))
    sizes = [sum(column.learned[i] for i in group) for group in groups]
    assert max(sizes) <= 2 * min(sizes) + 1


def test_rare_levels_are_joined_and_frequent_ones_are_not():
    column = bins.of_column(category({"a": 10, "b": 50, "c": 20, "d": 40, "e": 30}))
    assert column.groups(3) == [(3,), (5,), (6, 4, 2)]
    assert column.groups(5) == [(3,), (5,), (6,), (4,), (2,)]


def test_a_bin_that_holds_most_rows_does_not_starve_the_others():
    column = bins.of_column(number([float(i) for i in range(12)], [900, *[10] * 10]))
    groups = column.groups(6)
    assert groups[0] == (2,)
    assert len(groups) == 6
    assert all(a[-1] + 1 == b[0] for a, b in pairwise(groups))


def test_rare_levels_are_compared_together_and_stand_for_those_that_nobody_saw():
    """Of 100 rows, three were the only ones of their levels: so many are expected of new ones."""
    column = bins.of_column(category({"a": 1, "b": 50, "c": 1, "d": 40, "e": 4, "f": 1}, nulls=3))
    assert column.special == [(0,), (1,)]
    assert column.expected == (3, 3, 0, 50, 0, 40, 4, 0)
    assert column.groups(5) == [(3,), (5,), (2, 4, 6, 7)]


def test_levels_as_rare_as_those_that_were_not_kept_are_compared_with_them():
    column = bins.of_column({**category({"a": 7, "b": 50, "c": 9}), "other": 30})
    assert column.special == [(0,), (1, 2)]
    assert column.expected == column.learned
    assert column.groups(5) == [(3,), (4,)]
