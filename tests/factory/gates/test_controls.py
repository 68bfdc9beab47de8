"""Is a gate that lets one sabotaged copy through enough to refuse, and are few controls too few?"""

import pytest

from factory.gates import FAIL, GATES, INCONCLUSIVE, PASS
from factory.gates.controls import CONTROLS, LEAST, NOT_APPLICABLE
from tests.factory.gates.judging import mutations, said

REFUSED = {
    name: {"gate": control.gate, "verdict": FAIL, "reason": "it is sabotaged"}
    for name, control in CONTROLS.items()
}


def with_verdict(verdict, *names):
    return REFUSED | {name: REFUSED[name] | {"verdict": verdict} for name in names}


def test_copies_that_are_all_refused_pass_and_are_counted():
    verdict = said("controls", REFUSED)
    assert (verdict.verdict, verdict.reason) == (
        PASS,
        f"{len(CONTROLS)} of {len(CONTROLS)} sabotaged copies are refused",
    )


@pytest.mark.parametrize("name", CONTROLS)
def test_one_that_passes_fails_and_names_the_gate(name):
    verdict = said("controls", with_verdict(PASS, name))
    assert verdict.verdict == FAIL
    control = CONTROLS[name]
    assert f"the gate {control.gate} lets through that {control.words}" in verdict.reason


def test_what_a_gate_cannot_settle_is_refused_too():
    assert said("controls", with_verdict(INCONCLUSIVE, *CONTROLS)).verdict == PASS


def test_seven_must_remain():
    names = list(CONTROLS)
    enough = said("controls", with_verdict(NOT_APPLICABLE, *names[LEAST:]))
    assert enough.verdict == PASS
    assert enough.reason.startswith(
        f"7 of 7 sabotaged copies are refused; not applicable: {names[7]}"
    )
    few = said("controls", with_verdict(NOT_APPLICABLE, *names[LEAST - 1 :]))
    assert few.verdict == INCONCLUSIVE
    assert few.reason.endswith("7 must be")


def test_a_control_that_was_not_tried_is_missing_evidence():
    some = dict(list(REFUSED.items())[1:])
    for found in (some, REFUSED | {"another": REFUSED["label"]}):
        assert said("controls", found).verdict == INCONCLUSIVE


@pytest.mark.parametrize(("odd", "words"), list(mutations(REFUSED)))
def test_nonsense_never_passes(odd, words):
    assert said("controls", odd).verdict == INCONCLUSIVE, words


def test_each_control_names_a_gate():
    assert {control.gate for control in CONTROLS.values()} <= set(GATES)
