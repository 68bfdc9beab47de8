"""Does every field of the spec say what depends on it, and every threshold what loosens it?"""

import dataclasses
from dataclasses import dataclass
from typing import Annotated

import pytest

from factory.catalogue.classes import ANY, DOWN, GUARD, JUDGED, NEVER, REMOVED, REST, UP, leaves
from factory.catalogue.spec import Judged, Model

LEAVES = {leaf.path: leaf for leaf in leaves(Model)}
THRESHOLDS = ("gates.", "serving.", "watch.", "builders", "runs_per_day", "retired", "tier")


def test_every_field_has_exactly_one_class():
    tops = {path.split(".")[0] for path in LEAVES}
    assert tops == {field.name for field in dataclasses.fields(Model)}


def test_the_judged_fields_are_those_that_steps_are_told():
    judged = {p.split(".")[0] for p, leaf in LEAVES.items() if leaf.field_class is JUDGED}
    assert judged == {field.name for field in dataclasses.fields(Judged)}


def test_what_people_read_is_the_rest_and_all_else_guards():
    rest = {p.split(".")[0] for p, leaf in LEAVES.items() if leaf.field_class is REST}
    guards = {p.split(".")[0] for p, leaf in LEAVES.items() if leaf.field_class is GUARD}
    assert rest == {"owner", "purpose", "card"}
    assert guards == {"builders", "serving", "watch", "runs_per_day", "retired", "tier"}


def test_every_threshold_and_guard_knows_which_change_loosens_it():
    silent = [p for p, leaf in LEAVES.items() if p.startswith(THRESHOLDS) and not leaf.loosens]
    assert silent == []
    assert [p for p, leaf in LEAVES.items() if leaf.field_class is GUARD and not leaf.loosens] == []


def test_a_field_without_a_class_is_named():
    @dataclass
    class Unclassified:
        depth: int

    with pytest.raises(TypeError, match="depth: has 0 classes"):
        list(leaves(Unclassified))


def test_a_field_with_two_classes_is_named():
    @dataclass
    class Torn:
        depth: Annotated[int, JUDGED, REST]

    with pytest.raises(TypeError, match="depth: has 2 classes"):
        list(leaves(Torn))


@pytest.mark.parametrize(
    ("direction", "before", "after", "loosens"),
    [
        (UP, 1, 2, True),
        (UP, 2, 1, False),
        (DOWN, 2, 1, True),
        (DOWN, 1, 2, False),
        (DOWN, True, False, True),
        (REMOVED, ("ada", "alan"), ("ada",), True),
        (REMOVED, ("ada",), ("ada", "alan"), False),
        (REMOVED, ("ada",), ("alan",), True),
        (ANY, 1, 2, True),
        (ANY, 2, 2, False),
        (NEVER, "ml.m5.large", "ml.m5.xlarge", False),
    ],
)
def test_a_direction_says_what_loosens(direction, before, after, loosens):
    assert direction.by(before, after) is loosens
