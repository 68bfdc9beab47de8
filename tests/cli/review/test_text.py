"""Does whoever decides read every verdict, whose code it is, and what the spec loosens?"""

import pytest

from cli.review.text import lines
from tests.factory.promotion.test_package import LOOSENED

FOUND = {
    "model": "income",
    "version": 2,
    "package": "arn",
    "status": "PendingManualApproval",
    "tier": 2,
    "verdicts": [{"gate": "floor", "verdict": "PASS", "reason": "AUC 0.92 >= 0.9"}],
    "training": {"digest": "a" * 64, "recipe": "a" * 64, "own": True},
    "serving": {"digest": "c" * 64, "own": True},
    "exempt": "",
    "left_out": {"entity": 0, "delay": 0},
    "fallback": {},
    "in_force": True,
    "loosened": None,
    "held": [],
}


def told(**changes):
    return list(lines({**FOUND, **changes}))


def test_of_a_version_of_the_recipe_that_loosens_nothing_little_is_said():
    assert told() == [
        "model/income/2: PendingManualApproval, risk tier 2 of 3, where 1 is the highest",
        "  floor:       PASS: AUC 0.92 >= 0.9",
        "  training:    the recipe's code aaaaaaaaaaaa",
        "  serving:     the recipe's code cccccccccccc",
    ]


OTHER = {"digest": "b" * 64, "recipe": "a" * 64, "own": False}
SERVED = {"digest": "b" * 64, "own": False, "added": 7, "removed": 2, "others": 1, "origin": "x"}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"verdicts": []},
            "  gates:       no verdict is known; promotion refuses what no gate has",
        ),
        ({"in_force": False}, "  spec:        not in force any more; promotion refuses it"),
        (
            {"training": OTHER},
            "  training:    OTHER CODE than the recipe's: bbbbbbbbbbbb, the recipe",
        ),
        (
            {"serving": SERVED},
            "  serving:     OTHER CODE than the recipe's: bbbbbbbbbbbb, 7 lines mor",
        ),
        (
            {"exempt": "they are machines"},
            "  exempt:      a protected group is not compared: they are machines",
        ),
        (
            {"left_out": {"entity": 7, "delay": 0}},
            "  left out:    7 rows to learn from, since rows of the same entity are in the test",
        ),
        (
            {"left_out": {"entity": 0, "delay": 9}},
            "  left out:    9 rows to learn from, since their label was not known when the first",
        ),
        (
            {"fallback": {"race": "Other"}},
            "  fallback:    a level of race that training has not seen is decided as 'Other'",
        ),
        (
            {"loosened": {**LOOSENED.plain(), "digest": LOOSENED.short}},
            "  loosened:    gates.floor.at_least: 0.9 is now 0.8 (loosened) since version 1",
        ),
        (
            {"loosened": {**LOOSENED.plain(), "digest": LOOSENED.short}},
            f"  accept:      approve with --accept-loosened {LOOSENED.short}",
        ),
        (
            {"loosened": {"since": 1, "changes": [], "unknown": "it is gone", "digest": ""}},
            "  loosened:    unknown since version 1: it is gone",
        ),
        (
            {"held": [LOOSENED.changes[0].plain()]},
            "  held:        gates.floor.at_least: 0.9 is now 0.8 (loosened)",
        ),
    ],
)
def test_what_may_speak_against_a_version_has_a_line(changes, line):
    assert any(words.startswith(line) for words in told(**changes))


def test_of_what_is_not_known_nothing_is_said():
    words = "\n".join(told(training=None, serving=None))
    assert "training" not in words
    assert "serving" not in words
