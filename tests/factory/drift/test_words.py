"""Do the words tell a person what happened, and no person's data?"""

import math
import random

import pytest

from factory import drift
from tests.factory.drift.conftest import baseline, category, counted, learned, number

WORK = category({"Private": 700, "State": 244, "Odd": 3}, nulls=56)
ROWS = 1000


def words(column, values):
    known = baseline(x=column)
    found = drift.judge(known, {"x": counted(known.columns["x"], values)}, 0.25)["x"]
    assert found.drifted
    text, measured = found.words.rsplit(" (PSI ", 1)
    assert measured == f"{found.psi:.2f}, {found.lower_bound:.2f} at the least)"
    return text


def work(private=0, state=0, odd=0, empty=0, other=0):
    counts = {"Private": private, "State": state, "Odd": odd, "": empty, "Jane Doe": other}
    return [value for value, times in counts.items() for _ in range(times)]


def test_a_shift_of_a_number_tells_where_half_of_the_values_were_and_are(ages):
    found = words(learned(ages), [age + 10 for age in ages[:ROWS]])
    assert found == "half of the values were below 39.9, now below 49.9"


def test_a_number_that_spreads_while_its_middle_stays_tells_of_an_edge():
    column = number([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [100, 100, 600, 100, 100])
    values = [0.5] * 380 + [1.5] * 60 + [2.5] * 120 + [3.5] * 100 + [4.5] * 340
    assert words(column, values) == "below 1: 10 % before, 38 % now"


def test_what_is_beyond_training_is_described_as_such(ages):
    high = [age if n % 5 else 500.0 for n, age in enumerate(ages[:ROWS])]
    assert words(learned(ages), high) == "above everything that training saw: 0 % before, 20 % now"
    low = [-value for value in high]
    assert "below everything that training saw: 0 % before, 100 % now" in words(
        number([1.0, 2.0], [50]), low
    )


def test_an_amount_beyond_a_range_of_one_value_has_no_edge_to_name():
    found = words(number([7.0, 7.1], [900]), [8] * ROWS)
    assert found == "above everything that training saw: 0 % before, 100 % now"


def test_more_empty_values_are_shown_in_percent():
    found = words(WORK, work(private=420, state=180, empty=400))
    assert found == "empty: 5.6 % before, 40 % now"


def test_an_unseen_level_is_counted_and_never_named():
    found = words(WORK, work(private=480, state=180, empty=40, other=300))
    assert found == "values that training never saw: 0 % before, 30 % now"


def test_a_change_among_the_levels_names_the_one_that_changed_most():
    found = words(WORK, work(private=300, state=640, empty=60))
    assert found == "'Private': 70 % before, 30 % now"


def test_a_level_that_few_rows_of_training_share_is_never_named():
    few = category({f"person {n}": 3 for n in range(300)})
    found = words(few, ["person 7"] * ROWS)
    assert "person" not in found
    assert found == "values that training saw: 100 % before, 100 % now"


def test_two_things_that_happened_are_both_described():
    found = words(WORK, work(private=300, state=100, empty=300, other=300))
    assert found == (
        "values that training never saw: 0 % before, 30 % now; empty: 5.6 % before, 30 % now"
    )


@pytest.mark.parametrize("seed", range(20))
def test_no_value_of_the_traffic_is_ever_in_the_words(seed):
    dice = random.Random(seed)
    secrets = [f"secret {dice.random()}" for _ in range(ROWS)]
    assert "secret" not in words(WORK, secrets)
    numbers = [dice.uniform(123456, 654321) for _ in range(ROWS)]
    found = words(number([0.0, 1.0, 2.0], [50, 50], nulls=1), numbers)
    assert not any(f"{value:,.0f}" in found for value in numbers)


def test_of_a_boolean_the_share_of_true_is_told():
    yes = number([0.0, math.nextafter(0, 1), 1.0, math.nextafter(1, 2)], [500, 0, 500])
    found = words({**yes, "type": "BOOLEAN"}, [True] * 900 + [False] * 100)
    assert found == "true: 50 % before, 90 % now"


def test_of_a_column_of_free_text_the_expected_share_of_new_values_is_told():
    half = category({"common": 500, **{f"rare{n}": 1 for n in range(200)}})
    found = words(half, [f"new{n}" for n in range(990)] + ["common"] * 10)
    assert found.startswith("values that training never saw or seldom: 29 % before, 99 % now")
