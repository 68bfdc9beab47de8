"""Does a page say which values are refused, in the words of the rules?"""

import dataclasses

import models
from docgen import bounds
from factory.catalogue import classes
from factory.catalogue.rules import violations
from factory.catalogue.spec import Model


def test_the_words_of_a_field_are_those_of_the_check():
    (model, *_) = models.catalogue()
    watch = dataclasses.replace(model.watch, max_psi=11.0)
    (said,) = violations(dataclasses.replace(model, watch=watch))
    (words,) = bounds.refusals("watch.max_psi")
    assert said == "watch.max_psi: " + words.replace("…", "11.0")


def test_a_rule_for_several_gates_is_found_at_each():
    (words,) = bounds.refusals("gates.champion.confidence")
    assert words == "… is not in (0.5, 1); 0.95 is usual"
    assert bounds.refusals("gates.floor.confidence") == [words]


def test_a_field_that_no_rule_bounds_has_no_words():
    assert bounds.refusals("owner") == []


def test_every_threshold_of_a_gate_that_is_a_number_has_bounds():
    numbers = [
        leaf.path
        for leaf in classes.leaves(Model)
        if leaf.path.startswith("gates.") and not leaf.path.endswith(("attributes", "exempt"))
    ]
    assert numbers
    assert [path for path in numbers if not bounds.refusals(path)] == []
