"""Is every change of a spec named, and is what loosens a guard held back?"""

import dataclasses
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from factory.catalogue.change import (
    WORDS,
    Change,
    changes,
    held_back,
    loosened_guards,
    words,
)
from factory.catalogue.classes import leaves
from factory.catalogue.rules import violations
from factory.catalogue.spec import Model, Published

INCOME = models.catalogue()["income"]
EXAMPLE = Change(field="any", before="b" * 300, after="a", loosens=True, field_class="guard")


def gated(**floor):
    gates = replace(INCOME.gates, floor=replace(INCOME.gates.floor, **floor))
    return replace(INCOME, gates=gates)


def test_the_same_spec_has_no_changes():
    assert changes(INCOME, INCOME) == ()


def test_a_change_names_the_field_and_both_values():
    (change,) = changes(INCOME, gated(at_least=0.9))
    assert str(change) == "gates.floor.at_least: 0.915 is now 0.9 (loosened)"
    assert (change.field_class, change.loosens) == ("judged", True)


def test_a_tightened_gate_is_a_change_that_loosens_nothing():
    (change,) = changes(INCOME, gated(at_least=0.95))
    assert not change.loosens


@pytest.mark.parametrize(
    "exam",
    [
        {"where": {"race": "White"}},
        {"split": Published(train="census_train", test="easier")},
        {"task": replace(INCOME.task, positive="<=50K")},
        {"key": "id"},
    ],
    ids=lambda exam: next(iter(exam)),
)
def test_another_exam_may_be_an_easier_one(exam):
    (change,) = changes(INCOME, replace(INCOME, **exam))
    assert change.loosens


def test_a_value_that_is_written_otherwise_is_a_change_for_its_digest_is_another():
    (change,) = changes(
        replace(INCOME, hyperparameters={"depth": 1}),
        replace(INCOME, hyperparameters={"depth": 1.0}),
    )
    assert str(change) == "hyperparameters: {'depth': 1} is now {'depth': 1.0}"
    floor = gated(at_least=1)
    (change,) = changes(gated(at_least=1.0), floor)
    assert not change.loosens


def test_a_change_comes_back_from_plain_json():
    (change,) = changes(INCOME, replace(INCOME, builders=("ada",)))
    assert Change.of(change.plain()) == change
    assert change.plain()["before"] == ["ada", "alan"]


def test_changes_read_as_one_sentence():
    after = replace(gated(at_least=0.9), owner="x")
    assert words(changes(INCOME, after)) == (
        "gates.floor.at_least: 0.915 is now 0.9 (loosened); owner: 'census-analytics' is now 'x'"
    )


def test_no_long_value_hides_what_is_loosened():
    split = Published(train="x" * 300, test="y" * 300)
    long = {"split": split, "recipe": "r" * 300, "builders": ("z" * 300,), "purpose": "p" * 300}
    after = replace(INCOME, **long, runs_per_day=99, watch=replace(INCOME.watch, max_psi=9.0))
    said = words(changes(INCOME, after))
    assert len(said) <= WORDS
    assert said == (
        "loosened: split, builders, runs_per_day, watch.(max_psi); changed: recipe, purpose"
    )


def test_of_all_changes_at_once_every_loosened_one_is_named():
    every = [replace(EXAMPLE, field=leaf.path) for leaf in leaves(Model) if leaf.loosens]
    rest = [replace(EXAMPLE, field="x" * 300, loosens=False)] * 5
    said = words([*rest, *every])
    loosened = said.partition("; changed:")[0]
    assert all(re.search(rf"\b{change.field.rpartition('.')[2]}\b", loosened) for change in every)
    assert len(said) <= WORDS + len("...")


def test_a_loosened_gate_is_not_held_because_it_needs_a_new_run():
    assert loosened_guards(INCOME, gated(at_least=0.6)) == ()
    assert held_back(INCOME, gated(at_least=0.6)) == gated(at_least=0.6)


GUARDS = [
    ({"builders": ("ada",)}, {"builders": ("ada", "alan")}),
    ({"builders": ("eve",)}, {"builders": ("eve", "ada", "alan")}),
    ({"runs_per_day": 99}, {"runs_per_day": 24}),
    ({"serving": replace(INCOME.serving, instances=1)}, {"serving": INCOME.serving}),
    ({"serving": replace(INCOME.serving, bake_minutes=1)}, {"serving": INCOME.serving}),
    ({"serving": replace(INCOME.serving, max_error_rate=0.5)}, {"serving": INCOME.serving}),
    ({"serving": replace(INCOME.serving, capture_percent=1)}, {"serving": INCOME.serving}),
    ({"watch": replace(INCOME.watch, max_psi=9.0)}, {"watch": INCOME.watch}),
    ({"watch": replace(INCOME.watch, min_rows=1)}, {"watch": INCOME.watch}),
    ({"watch": replace(INCOME.watch, breaches=3)}, {"watch": INCOME.watch}),
    ({"watch": replace(INCOME.watch, windows=2)}, {"watch": INCOME.watch}),
    ({"watch": replace(INCOME.watch, cool_down_hours=999)}, {"watch": INCOME.watch}),
]


@pytest.mark.parametrize(("loose", "kept"), GUARDS, ids=lambda value: next(iter(value)))
def test_a_loosened_guard_stays_as_it_was(loose, kept):
    after = replace(INCOME, **loose)
    assert loosened_guards(INCOME, after)
    assert held_back(INCOME, after) == replace(INCOME, **kept)


def test_the_rest_of_a_change_takes_force_beside_a_held_guard():
    after = replace(gated(at_least=0.95), owner="x", runs_per_day=99)
    assert held_back(INCOME, after) == replace(after, runs_per_day=24)


def test_a_model_that_is_taken_out_of_retirement_waits_for_approval():
    retired = replace(INCOME, retired=True)
    assert loosened_guards(INCOME, retired) == ()
    assert held_back(retired, INCOME) == retired


whole = st.integers(min_value=1, max_value=4)  # no bound of a tier is past it


@given(whole, whole, whole, whole)
def test_what_is_held_back_from_two_right_specs_is_a_right_spec(breaches, more, again, further):
    before, after = (
        replace(INCOME, watch=dataclasses.replace(INCOME.watch, breaches=b, windows=b + m))
        for b, m in ((breaches, more), (again, further))
    )
    assert list(violations(held_back(before, after))) == []
    assert loosened_guards(before, held_back(before, after)) == ()
