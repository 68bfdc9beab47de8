"""What does a version let through that the champion's spec did not, and who has seen it?"""

import dataclasses

import pytest

from factory.catalogue import classes
from factory.catalogue.document import judged_text, parse_judged
from factory.errors import Refused
from factory.promotion import loosened
from factory.promotion.loosened import Loosened, accepted, accepting, compared, told
from tests.factory.gates.test_gates import MODEL

LOWER = classes.replaced(MODEL, {"gates.floor.at_least": 0.7, "gates.champion.margin": 0.001})
FOUND = compared(MODEL, LOWER, 3)
RISKY = dataclasses.replace(MODEL, tier=1)


def test_what_is_loosened_has_both_values_and_what_is_stricter_is_left_out():
    assert list(FOUND.lines()) == [
        "gates.floor.at_least: 0.8 is now 0.7 (loosened) since version 3"
    ]


def test_a_model_and_its_judged_document_are_compared_alike():
    other = compared(parse_judged(judged_text(MODEL)), parse_judged(judged_text(LOWER)), 3)
    assert other.digest == FOUND.digest != ""


def test_another_value_or_champion_has_another_digest():
    further = classes.replaced(MODEL, {"gates.floor.at_least": 0.6})
    found = {FOUND.digest, compared(MODEL, further, 3).digest, compared(MODEL, LOWER, 4).digest}
    assert len(found) == 3
    assert Loosened(since=3).digest == ""


def test_it_comes_back_from_plain_json():
    assert Loosened.of(FOUND.plain()) == FOUND
    assert Loosened.of({}) == Loosened()


def test_a_reason_carries_what_its_giver_was_shown():
    reason = accepting("it is better", FOUND)
    assert (accepted(reason), told(reason)) == (FOUND.short, "it is better")
    assert accepting("it is better", Loosened()) == "it is better"
    assert accepted("it is better [accepts loosened nothing]") == ""


@pytest.mark.parametrize("model", [MODEL, RISKY])
def test_who_was_shown_what_is_so_may_approve(model):
    loosened.check(accepting("better", FOUND), model, FOUND)
    loosened.check("better", model, Loosened())


@pytest.mark.parametrize("found", [Loosened(), compared(MODEL, LOWER, 4), Loosened(unknown="?")])
def test_who_was_shown_something_else_may_not(found):
    with pytest.raises(Refused, match="the approver was shown changes"):
        loosened.check(accepting("better", FOUND), MODEL, found)


def test_in_tier_1_it_has_to_be_accepted_and_what_is_unknown_too():
    loosened.check("better", MODEL, FOUND)
    for found in (FOUND, Loosened(since=1, unknown="its document is gone")):
        with pytest.raises(Refused, match=f"--accept-loosened {found.short}"):
            loosened.check("better", RISKY, found)
