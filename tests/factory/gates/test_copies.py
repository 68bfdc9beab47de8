"""Which rows of an exam are known, beyond doubt or perhaps, by what was counted of them?"""

import copy
import dataclasses

import pytest

from factory.catalogue.split import Hashed
from factory.gates import copies
from factory.gates.verdict import Missing
from tests.pipelines.cases import CHURN

BY_PERSON = dataclasses.replace(CHURN, split=Hashed(product="people", key="person"))
FOUND = {
    "train_rows": 9000,
    "test_rows": 5000,
    "shared_keys": 0,
    "shared_entities": 0,
    "misplaced": 0,
    "left_out": 0,
    "near": {
        "all": {"test": 20, "train": 25, "rows": 4000},
        "all_but_one": {"test": 2600, "train": 2580, "rows": 4000},
        "half": {"test": 3000, "train": 2990, "rows": 4000},
        "nearest": {"excess": 0.03, "rows": 500},
        "repeated": {"test": 520, "train": 550, "rows": 4000},
    },
    "alike": {
        "rows": {"cells": 400, "rows": 600, "observed": 380.0, "expected": 400.0, "spread": 28.0},
        "labels": {"cells": 60, "rows": 300, "observed": 63.0, "expected": 61.0, "spread": 11.0},
    },
}


def changed(path, value):
    found = copy.deepcopy(FOUND)
    *parents, last = path.split(".")
    place = found
    for parent in parents:
        place = place[parent]
    place[last] = value
    return found


def said(found, model=BY_PERSON):
    return [*copies.known(found, model)], [*copies.doubtful(found, model.gates.leakage)]


def test_of_honest_rows_nothing_is_said():
    assert said(FOUND) == ([], [])


def test_rows_of_one_person_on_both_sides_are_named_by_the_column():
    known, _ = said(changed("shared_entities", 3))
    assert known == ["3 rows to learn from have a person that test rows have too"]
    assert said(changed("shared_entities", 3), CHURN) == ([], [])  # they are rows of one key


def test_what_was_left_out_is_held_against_the_share_that_the_spec_allows():
    assert said(changed("left_out", 1000)) == ([], [])
    ((words,), _) = said(changed("left_out", 1001))
    assert words.startswith("1001 rows to learn from were left out, since rows of the same person")


@pytest.mark.parametrize(("observed", "known"), [(61 - 3.0 * 11, False), (61 - 3.2 * 11, True)])
def test_labels_may_agree_by_chance_once_in_a_thousand(observed, known):
    assert bool(said(changed("alike.labels.observed", observed))[0]) == known


@pytest.mark.parametrize(("observed", "doubt"), [(400 - 2.5 * 28, False), (400 - 2.6 * 28, True)])
def test_rows_may_be_as_equal_by_chance_once_in_two_hundred(observed, doubt):
    assert bool(said(changed("alike.rows.observed", observed))[1]) == doubt


def test_so_few_rows_that_they_cannot_matter_are_no_doubt():
    found = changed("alike.rows.observed", 100.0)
    found["alike"]["rows"]["rows"] = 49
    assert said(found) == ([], [])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("shared_entities", None),
        ("misplaced", -1),
        ("left_out", "none"),
        ("near.all", {}),
        ("near.all", {"test": 5000, "train": 0, "rows": 4000}),
        ("alike", {}),
        ("alike.rows", {}),
        ("alike.rows.observed", -1.0),
        ("alike.labels.spread", -1.0),
        ("alike.labels.cells", 0),
        ("alike.rows.expected", float("nan")),
    ],
)
def test_what_cannot_have_been_counted_is_missing(path, value):
    with pytest.raises(Missing):
        said(changed(path, value))
