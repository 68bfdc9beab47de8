"""Does each row come on its side, and stay there?"""

import dataclasses
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.catalogue.split import After, Hashed, Published
from factory.errors import Refused
from factory.tasks.ranking import Ranking
from pipelines.steps import splitting
from tests.pipelines.cases import CHURN

FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - the times of contracts have no zone


def spec(split, **fields):
    return dataclasses.replace(CHURN, split=split, **fields)


BY_KEY = spec(Hashed(product="people"))
BY_PERSON = spec(Hashed(product="people", key="person"))
PUBLISHED = spec(Published(train="past", test="now"))


def people(rows, persons=100, seed=0):
    """Return rows of people, who have several, one an hour."""
    dice = np.random.default_rng(seed)
    return pa.table(
        {
            "customer": [f"{seed}-{n}" for n in range(rows)],
            "person": [f"person-{n}" for n in dice.integers(0, persons, rows)],
            "asked": [FIRST + timedelta(hours=n) for n in range(rows)],
        }
    )


def split(model, table):
    return splitting.halves(model, table, table, table)


def names(table, column="customer"):
    return set(table.column(column).to_pylist())


def test_a_row_never_changes_sides_when_its_product_grows():
    before, after = people(500), pa.concat_tables([people(700, seed=1), people(500)])
    one, other = split(BY_KEY, before), split(BY_KEY, after)
    assert names(one.train) <= names(other.train)
    assert names(one.test) <= names(other.test)
    assert one.train.num_rows + one.test.num_rows == 500
    assert 60 <= one.test.num_rows <= 140


def test_a_hash_of_few_values_is_refused_whoever_has_chosen_them():
    few = people(500, persons=40)
    with pytest.raises(Refused, match=r"split.key: \d values of person judge"):
        split(BY_PERSON, few)
    assert split(spec(Hashed(product="people", key="person", test=0.5)), few).test.num_rows


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 90), min_size=60, max_size=200), st.integers(0, 10**6))
def test_all_rows_of_a_person_are_on_one_side_in_every_snapshot(persons, more):
    def table(numbers):
        keys = [f"{at}" for at in range(len(numbers))]
        return pa.table({"customer": keys, "person": numbers})

    first = split(BY_PERSON, table([*range(120), *persons]))
    later = split(BY_PERSON, table([*range(120), *persons, more, *persons]))
    assert not names(first.train, "person") & names(first.test, "person")
    assert names(first.train, "person") <= names(later.train, "person")
    assert names(first.test, "person") <= names(later.test, "person")
    assert first.left_out == {"entity": 0, "delay": 0}


def test_a_person_is_known_however_the_number_is_stored():
    numbers = pa.table({"customer": [str(n) for n in range(200)], "person": list(range(200))})
    floats = numbers.set_column(1, "person", pa.array(np.arange(200.0)))
    texts = numbers.set_column(1, "person", pa.array([str(n) for n in range(200)]))
    found = [names(split(BY_PERSON, each).test) for each in (numbers, floats, texts)]
    assert found[0] == found[1] == found[2]


def test_the_last_days_judge_and_what_was_not_known_by_then_teaches_nothing():
    table = people(24 * 100)
    model = spec(After(product="people", time="asked", test="30 days", delay="10 days"))
    found = split(model, table)
    cut = FIRST + timedelta(hours=24 * 100 - 1, days=-30)
    assert min(found.test.column("asked").to_pylist()) == cut + timedelta(hours=1)
    assert max(found.train.column("asked").to_pylist()) == cut - timedelta(days=10)
    assert (found.test.num_rows, found.left_out["delay"]) == (24 * 30, 24 * 10)
    assert found.train.num_rows == 24 * 100 - 24 * 40


def test_dates_are_whole_days():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(100)]
    table = pa.table({"customer": [str(n) for n in range(100)], "asked": days})
    found = split(spec(After(product="people", time="asked", test="4 weeks")), table)
    assert found.test.num_rows == 28
    assert found.left_out == {"entity": 0, "delay": 0}


def test_the_cut_is_that_of_the_whole_product_and_not_of_one_members_rows():
    table = people(24 * 100)
    model = spec(After(product="people", time="asked", test="30 days"))
    own = table.slice(0, 24 * 80)
    found = splitting.halves(model, own, own, table)
    assert found.test.num_rows == 24 * 10


def test_the_same_entity_may_be_asked_about_again_later_unless_the_spec_names_it():
    table = people(24 * 100, persons=20)
    again = split(spec(After(product="people", time="asked")), table.slice(0, 24 * 95))
    assert names(again.train, "person") & names(again.test, "person")
    named = spec(After(product="people", time="asked", entity="person"))
    with pytest.raises(Refused, match="rows to learn from have a person that rows of the test"):
        split(named, table)


def test_rows_of_an_entity_that_judges_teach_nothing_and_are_counted():
    train, test = people(1000), people(100, seed=1).slice(0, 10)
    test = test.set_column(0, "customer", train.column("customer").slice(5, 10))
    found = splitting.halves(PUBLISHED, train, test, test)
    assert found.left_out == {"entity": 10, "delay": 0}
    assert not names(found.train) & names(test)
    assert found.train.num_rows == 990


def test_more_of_them_than_the_spec_allows_are_another_split():
    train = people(1000)
    with pytest.raises(Refused) as caught:
        splitting.halves(PUBLISHED, train, train.slice(0, 101), train)
    assert str(caught.value) == (
        "101 of 1000 rows to learn from have a customer that rows of the test split have too, more "
        "than gates.leakage.max_left_out, 0.1; land each customer in one of the two, or let the "
        "factory split one data product by it"
    )


def test_rows_that_are_one_question_are_on_one_side():
    task = Ranking(query="person", item="item", relevance="seen")
    table = people(24 * 100, persons=20)
    with pytest.raises(Refused) as caught:
        split(spec(After(product="people", time="asked"), task=task), table.slice(0, 24 * 95))
    assert str(caught.value) == (
        "split: 2160 of 2160 rows to judge have a person that rows to learn from have too, and all "
        "rows of one person are one question; split by person, or by whose it is"
    )
    table = people(24 * 100, persons=100)
    whole = split(spec(BY_PERSON.split, task=task), table)
    assert whole.train.num_rows + whole.test.num_rows == table.num_rows


def test_rows_are_known_by_their_key_and_never_by_what_they_hold():
    """Four policies in one cell of a tariff are four policies."""
    same = pa.table({"customer": ["a", "b"], "zone": [1, 1]})
    other = pa.table({"customer": ["c", "d"], "zone": [1, 1]})
    assert splitting.halves(PUBLISHED, same, other, other).train.num_rows == 2


@pytest.mark.parametrize(
    ("model", "change", "words"),
    [
        (BY_PERSON, {"person": None}, "split.key: 5 rows of people have no person; refuse them"),
        (BY_KEY, {"customer": None}, "key: 5 rows of people have no customer; refuse them"),
        (spec(Hashed(product="people", key="x")), {}, "split.key: 'x' is not a column of people"),
        (
            spec(After(product="people", time="person")),
            {},
            "split.time: person is string, no date or time; choose another",
        ),
        (
            spec(After(product="people", time="asked", test="9 weeks")),
            {},
            "split: after leaves no row of people to learn from; land more, or split otherwise",
        ),
    ],
)
def test_what_cannot_be_split_is_refused_in_words(model, change, words):
    table = people(500)
    for name, value in change.items():
        values = [value] * 5 + table.column(name).to_pylist()[5:]
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pa.array(values))
    with pytest.raises(Refused) as caught:
        split(model, table)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    "model",
    [BY_KEY, BY_PERSON, spec(After(product="people", time="asked", test="9 days", delay="1 day"))],
)
def test_rows_on_the_wrong_side_are_counted(model):
    found = split(model, people(1000))
    assert splitting.misplaced(model, found.train, found.test) == 0
    moved = pa.concat_tables([found.train, found.test.slice(0, 7)])
    kept = found.test.slice(7)
    wrong = splitting.misplaced(model, moved, kept)
    assert wrong == 7
