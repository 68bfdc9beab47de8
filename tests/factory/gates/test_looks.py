"""Does each look at the same rows ask for more proof, and is an exam ever used up?"""

import copy
import random

import pytest

from factory.gates import GATES, INCONCLUSIVE, PASS, judge, passed, summary
from factory.gates.looks import confidence, label_of
from factory.gates.multiple import MOST_LOOKS
from factory.gates.verdict import Missing
from tests.factory.gates.test_gates import GOOD, MODEL, mutated, said


def at(look):
    return mutated("looks.look", look)


def test_the_chances_of_an_error_at_all_looks_add_up_to_what_the_spec_allows():
    left = [1 - confidence(at(k), 0.95) for k in range(1, MOST_LOOKS + 1)]
    assert left[0] == pytest.approx(0.025)
    assert left[-1] == pytest.approx(0.05 / 420)
    assert sum(left) == pytest.approx(0.05 * MOST_LOOKS / (MOST_LOOKS + 1))


def test_the_same_numbers_pass_at_the_first_look_and_not_at_a_later_one():
    close = mutated("quality.metrics.auc.value", 0.811)
    at_look = {}
    for look in (1, MOST_LOOKS):
        evidence = copy.deepcopy(close)
        evidence["looks"]["look"] = look
        at_look[look] = said(evidence)["floor"]
    assert at_look == {1: PASS, MOST_LOOKS: INCONCLUSIVE}


@pytest.mark.parametrize(
    ("gate", "path", "value"),
    [
        ("naive", "naive.difference.standard_error", 0.12),
        ("champion", "champion.difference.standard_error", 0.0025),
        ("decisions", "decisions.classes.yes.right", 285),
    ],
)
def test_other_bounds_on_the_same_rows_are_as_strict(gate, path, value):
    evidence = mutated(path, value)
    evidence["looks"]["look"] = 1
    assert said(evidence)[gate] == PASS
    evidence["looks"]["look"] = MOST_LOOKS
    assert said(evidence)[gate] != PASS


def test_after_the_last_look_only_fresh_rows_help_and_the_words_say_how_many():
    assert said(at(MOST_LOOKS)) == dict.fromkeys(GATES, PASS)
    assert said(at(MOST_LOOKS + 1)) == {**dict.fromkeys(GATES, PASS), "looks": INCONCLUSIVE}
    assert summary(judge(at(MOST_LOOKS + 1), MODEL)) == (
        "looks INCONCLUSIVE: the exam is used up: 21 looks at snapshot 1 of churn_test, of 20 that "
        "it bears; land fresh rows, 5000 as the exam has"
    )
    assert said(at(10**18))["looks"] == INCONCLUSIVE


def test_what_passes_says_which_look_it_is():
    (verdict,) = (v for v in judge(at(3), MODEL) if v.gate == "looks")
    assert verdict.reason == "look 3 of 20 at snapshot 1 of churn_test"


@pytest.mark.parametrize("odd", [0, -1, 1.5, True, "1", None, float("nan"), [1]])
def test_a_look_that_nobody_can_have_counted_leaves_every_bound_open(odd):
    found = said(at(odd))
    judged = {"looks", "floor", "naive", "champion", "decisions"}
    assert {gate for gate, verdict in found.items() if verdict != PASS} == judged
    assert {found[gate] for gate in judged} == {INCONCLUSIVE}
    with pytest.raises(Missing):
        confidence(at(odd), 0.95)


@pytest.mark.parametrize("name", ["look", "product", "snapshot", "label"])
def test_evidence_of_no_exam_is_inconclusive(name):
    evidence = copy.deepcopy(GOOD)
    del evidence["looks"][name]
    assert said(evidence)["looks"] == INCONCLUSIVE
    assert not passed(judge(evidence, MODEL))


def test_candidates_that_know_nothing_rarely_pass_however_often_they_are_submitted():
    """Of builders who submit twenty candidates of the floor's own worth, few see one pass.

    Without spending two of three would: 1 - 0.95 ** 20.
    """
    draw, lucky = random.Random(1), 0
    for _ in range(200):
        values = [0.8 + draw.gauss(0, 0.005) for _ in range(MOST_LOOKS)]
        lucky += any(floor_at(k, value) == PASS for k, value in enumerate(values, start=1))
    assert lucky / 200 <= 0.05 + 0.03  # two standard errors of the simulation


def floor_at(look, value):
    evidence = {**GOOD, "looks": {**GOOD["looks"], "look": look}}
    metric = {**GOOD["quality"]["metrics"]["auc"], "value": value}
    evidence["quality"] = {**GOOD["quality"], "metrics": {"auc": metric}}
    return GATES["floor"](evidence, MODEL).verdict


def test_the_label_is_the_column_of_the_answers():
    assert label_of(MODEL) == GOOD["looks"]["label"] == "left"


def test_fresh_rows_are_as_many_as_judge_whatever_history_is_shown_with_them():
    evidence = at(MOST_LOOKS + 1)
    evidence["exam"]["rows"] = 12_544
    assert "land fresh rows, 5000 as" in summary(judge(evidence, MODEL))
