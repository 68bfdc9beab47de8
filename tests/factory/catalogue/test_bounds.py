"""Can a spec be lowered until its gates ask nothing? In no tier, and each threshold is bounded."""

import dataclasses
from dataclasses import replace

import pytest

import models
from factory.catalogue import bounds, classes, entry
from factory.catalogue.bounds import BOUNDS, EXEMPT, FREE, TIERS
from factory.catalogue.classes import ANY, DOWN, UP
from factory.catalogue.rules import checked, readable, violations
from factory.catalogue.spec import Fairness, Model
from factory.errors import InvalidSpec

INCOME = models.catalogue()["income"]
LEAVES = {leaf.path: leaf for leaf in classes.leaves(Model) if leaf.loosens}
LOWERED = classes.replaced(
    INCOME,
    {
        "gates.floor.at_least": 0.5,
        "gates.floor.confidence": 0.5001,
        "gates.champion.margin": 0.05,
        "gates.leakage.max_column_auc": 0.9999999,
        "gates.fairness": Fairness(exempt="-"),
    },
)
"""A spec whose gates let every model pass."""


def test_every_threshold_and_guard_has_a_bound_or_says_why_it_needs_none():
    assert set(BOUNDS) | set(FREE) == set(LEAVES)
    assert not set(BOUNDS) & set(FREE)
    assert all(len(why.split()) > 4 for why in FREE.values())


@pytest.mark.parametrize("path", BOUNDS)
def test_a_bound_stands_in_the_way_of_what_loosens(path):
    bound, loosens = BOUNDS[path], LEAVES[path].loosens
    assert loosens in {UP, DOWN, ANY}
    assert bound.least or loosens is not DOWN
    assert bound.most or loosens is DOWN


@pytest.mark.parametrize("bound", [*BOUNDS.values(), EXEMPT], ids=[*BOUNDS, "exempt"])
def test_the_higher_the_risk_the_closer_the_bound(bound):
    assert list(bound.least or ()) == sorted(bound.least or (), reverse=True)
    assert list(bound.most or ()) == sorted(bound.most or ())


def test_a_spec_that_says_no_threshold_is_within_the_bounds_of_the_tier_it_does_not_say():
    said = {f.name: getattr(INCOME, f.name) for f in dataclasses.fields(Model)}
    silent = {name: said[name] for name in said if name not in {"tier", "serving", "watch"}}
    assert list(violations(Model(**silent))) == []
    assert Model(**silent).tier == 2


@pytest.mark.parametrize("path", BOUNDS)
@pytest.mark.parametrize("tier", TIERS)
def test_the_bound_itself_is_allowed_and_the_next_value_is_not(path, tier):
    bound = BOUNDS[path]
    for side, step in ((bound.least, -1), (bound.most, 1)):
        if side:
            value = side[tier - 1]
            past = value + step * (1 if isinstance(value, int) else 1e-9)
            assert bound.broken(value, tier) == ""
            assert f"tier {tier}" in bound.broken(past, tier)
            assert bound.broken(float("nan"), tier)


@pytest.mark.parametrize("tier", TIERS)
def test_a_spec_whose_gates_ask_nothing_is_refused_in_every_tier(tier):
    found = list(violations(replace(LOWERED, tier=tier)))
    fields = {words.partition(":")[0] for words in found}
    assert fields >= {
        "gates.floor.at_least",
        "gates.floor.confidence",
        "gates.leakage.max_column_auc",
        "gates.fairness.exempt",
    }
    assert ("gates.champion.margin" in fields) is (tier < 3)


@pytest.mark.parametrize(
    ("exempt", "words"),
    [
        ("-", "1 characters, which is below 40"),
        ("-" * 100, "has 0 different words"),
        ("none " * 30, "has 1 different words"),
        (" " * 99 + "x", "1 characters, which is below 40"),
    ],
)
def test_who_protects_nobody_says_why_in_words(exempt, words):
    rule = replace(INCOME.gates, fairness=Fairness(exempt=exempt))
    (found,) = violations(replace(INCOME, gates=rule))
    assert words in found


def test_machines_need_no_protected_group():
    why = "The rows are machines in a plant, and no person is among them."
    rule = replace(INCOME.gates, fairness=Fairness(exempt=why))
    assert list(violations(replace(INCOME, gates=rule))) == []


@pytest.mark.parametrize("tier", [0, 4, -1])
def test_there_are_three_tiers(tier):
    with pytest.raises(InvalidSpec, match="is not 1, 2 or 3; 1 is the highest risk"):
        readable(replace(INCOME, tier=tier))


def test_what_was_deployed_before_a_bound_was_set_is_read():
    assert readable(LOWERED) == LOWERED
    with pytest.raises(InvalidSpec, match=r"is below 0.55, the least in tier 2: it is what a"):
        checked(LOWERED)


def test_a_tier_of_less_risk_is_held_and_with_it_what_only_that_tier_allows():
    less = classes.replaced(INCOME, {"tier": 3, "gates.champion.margin": 0.05})
    first = entry.deployed(None, None, INCOME, 1)
    second = entry.deployed(first.entry, INCOME, less, 2)
    assert [change.field for change in second.entry.held] == ["tier"]
    assert second.model.tier == 2
    assert "gates.champion.margin: 0.05 is above 0.02" in next(bounds.violations(second.model))
    third = entry.approved(second.entry, second.model, less)
    assert list(bounds.violations(third.model)) == []
