"""Is what is too large, or hidden, refused in few words?"""

import dataclasses
import random

import pytest

import models
from factory.catalogue import classes, sizes
from factory.catalogue.rules import checked, readable, violations
from factory.catalogue.spec import Model
from factory.errors import InvalidSpec

INCOME = models.catalogue()["income"]
HUGE = 10**5000


def changed(**fields):
    return classes.replaced(INCOME, {k.replace("__", "."): v for k, v in fields.items()})


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (changed(purpose="x" * 1001), "purpose: 'xxx"),
        (changed(owner="x" * 10**6), "has 1000000 characters; 256 may be"),
        (changed(purpose="all is well\x1b[2K"), "has what nobody sees (U+001B); leave it out"),
        (changed(card__ethics="a\u202eb"), "card.ethics: 'a\\u202eb' has what nobody sees"),
        (changed(task__positive="yes\n"), "task.positive: 'yes\\n' has what nobody sees"),
        (changed(features=tuple(f"f{n}" for n in range(2001))), "features: has 2001 entries, and"),
        (changed(features=tuple(f"{n:040}" for n in range(1900))), "have 76000 characters"),
        (changed(builders=tuple(f"b{n}" for n in range(101))), "builders: has 101 entries"),
        (changed(hyperparameters={f"h{n}": 1 for n in range(101)}), "has 101 entries"),
        (changed(hyperparameters={"depth": HUGE}), "hyperparameters.depth: is beyond 1000000000"),
        (changed(hyperparameters={"rate": float("nan")}), "rate: nan is not finite"),
        (changed(tier=HUGE), "tier: is beyond 1000000000"),
        (changed(serving__instances=-HUGE), "serving.instances: is beyond"),
        (changed(gates__floor__at_least=float("inf")), "gates.floor.at_least: inf is not finite"),
        (changed(recipe="../../etc"), "recipe: '../../etc' is not a folder's name"),
        (changed(where={"country": "d\u200be"}), "where.country: 'd\\u200be' has what nobody sees"),
        (changed(watch__windows=21), "watch.windows: 21 is above 20"),
    ],
)  # fmt: skip
def test_what_is_too_large_or_hidden_is_refused_in_few_words(model, words):
    said = "; ".join(violations(model))
    assert words in said
    assert len(said) < 500
    assert said.isprintable()
    with pytest.raises(InvalidSpec):
        checked(model)


def test_a_model_that_was_deployed_with_more_is_read_all_the_same():
    assert readable(changed(purpose="x" * 1001)).owner == INCOME.owner


ODD = (None, True, -1, HUGE, 1e308, float("nan"), "", "x" * 10**5, "\x1b", "a\nb", (),
       ("",), (1,), [], {}, {"a": {}}, {1: 2}, {"a": HUGE}, b"x", object(),
       "../..", "a\0b")  # fmt: skip


@pytest.mark.parametrize("part", range(5))
def test_any_field_may_hold_anything_and_is_told_in_words(part):
    rng, leaves = random.Random(part), [leaf.path for leaf in classes.leaves(Model)]
    for _ in range(200):
        paths = {rng.choice(leaves): rng.choice(ODD) for _ in range(rng.randint(1, 3))}
        said = list(violations(classes.replaced(INCOME, paths)))
        assert all(words.isprintable() and len(words) < 2000 for words in said), paths


def test_every_list_and_text_of_a_spec_is_bounded():
    kinds = {field.name: field.type for field in dataclasses.fields(Model)}
    lists = {name for name, kind in kinds.items() if "tuple" in str(kind)}
    assert lists == set(sizes.MOST)
