"""Does each new gate refuse what only it sees, and is a gate that lets all through found out?"""

import pytest

from factory import gates
from factory.catalogue.judged import Fairness, Stability
from factory.gates.controls import CONTROLS, NOT_APPLICABLE
from factory.gates.verdict import Verdict
from pipelines.steps import controls
from pipelines.steps.gates import measured
from tests.pipelines.steps.packages import KINDS, TASKS, facts, fitting, package
from tests.pipelines.steps.wrong_answers import bolder, scrambled, tied


def judged(split):
    """Return the evidence of a candidate, and its verdicts by gate."""
    found = measured(split, split.train, facts(split))
    return found, {v.gate: v for v in gates.judge(found, split.model)}


@pytest.fixture(scope="module", params=KINDS)
def honest(request):
    split = package(request.param)
    return split, *judged(split)


def against(verdicts):
    return {gate: v.verdict for gate, v in verdicts.items() if v.verdict != gates.PASS}


def test_an_honest_candidate_passes_and_its_sabotaged_copies_are_refused(honest):
    split, found, verdicts = honest
    assert against(verdicts) == {}, gates.summary(verdicts.values())
    said = {name: each["verdict"] for name, each in found["controls"].items()}
    absent = {name for name, verdict in said.items() if verdict == NOT_APPLICABLE}
    assert absent == {"future", "entity"} | lacking(split.model.task)
    assert not [c for c in found["controls"].values() if c["reason"].startswith("missing")]
    assert f"{len(said) - len(absent)} of" in verdicts["controls"].reason


def lacking(task):
    """Return the controls that a task has nothing for."""
    found = {"by lot": task.DECIDES, "miscalibrated": task.EXPECTS, "members": task.members}
    return {name for name, there in found.items() if not there}


CATCHES = {"calibration": bolder, "stability": scrambled, "answers": tied}


EXPECTING = [kind for kind in KINDS if TASKS[kind][0].EXPECTS]


@pytest.mark.parametrize(
    ("gate", "kind"),
    [(gate, kind) for gate in CATCHES for kind in (EXPECTING if gate == "calibration" else KINDS)],
)
def test_each_gate_refuses_a_candidate_that_no_other_gate_catches(gate, kind):
    split = package(kind, CATCHES[gate])
    _, verdicts = judged(split)
    assert against(verdicts) == {gate: gates.FAIL}, gates.summary(verdicts.values())


def impossible(answers, judged):
    """Give three answers that cannot be."""
    if "score" in answers:
        answers["score"][:3] = 1.5
    elif "probabilities" in answers:
        answers["probabilities"][:3, 0] += 0.1
    elif "value" in answers:
        answers["low"][:3] = answers["value"][:3] + 1
    else:
        answers["expected"][:3] = -1.0
    return answers


@pytest.mark.parametrize("kind", EXPECTING)
def test_answers_that_cannot_be_are_refused_and_lose_nothing(kind):
    found, verdicts = judged(package(kind, impossible))
    assert verdicts["answers"].verdict == gates.FAIL
    assert "3 answers have " in verdicts["answers"].reason
    assert "quality" not in found


@pytest.mark.parametrize("kind", ["regression", "count"])
def test_an_answer_far_from_all_that_training_knows_is_refused(kind):
    def far(answers, judged):
        for found in answers.values():
            found[:1] = 60.0
        return fitting(answers, judged)

    _, verdicts = judged(package(kind, far))
    assert against(verdicts) == {"answers": gates.FAIL}
    assert "1 of 5000 answers are far from all" in verdicts["answers"].reason


@pytest.fixture
def blind(request, monkeypatch):
    """Let one gate say PASS whatever the evidence."""

    def let(gate):
        said = Verdict(gate=gate, verdict=gates.PASS, reason="whatever")
        monkeypatch.setitem(gates.GATES, gate, lambda *_: said)

    return let


GUARDED = sorted({control.gate for control in CONTROLS.values()})


@pytest.mark.parametrize("gate", GUARDED)
def test_a_gate_that_lets_everything_through_is_found_out(honest, blind, gate):
    split, found, _ = honest
    blind(gate)
    again = found | {"controls": controls.measure(split, found)}
    verdicts = {v.gate: v for v in gates.judge(again, split.model)}
    if gate in {CONTROLS[name].gate for name in lacking(split.model.task)}:
        assert against(verdicts) == {}
    else:
        assert against(verdicts) == {"controls": gates.FAIL}
        assert f"the gate {gate} lets through that" in verdicts["controls"].reason


def test_every_gate_but_their_own_is_tried_by_a_control():
    assert set(GUARDED) == set(gates.GATES) - {"controls"}
    assert set(controls.SABOTAGE) == set(CONTROLS)


def test_what_cannot_be_sabotaged_is_not_applicable_and_says_why():
    rule = Fairness(exempt="things have no gender")
    split = package("regression", lambda answers, _: answers, fairness=rule)
    found, verdicts = judged(split)
    assert against(verdicts) == {}, gates.summary(verdicts.values())
    absent = {n: c["reason"] for n, c in found["controls"].items() if n in ABSENT}
    assert absent == ABSENT


ABSENT = {
    "worse": "there is no champion",
    "by lot": "nothing is decided about a row",
    "shifted group": "the spec names no protected group",
    "entity": "each row is an entity of its own",
    "future": "nothing is asked about the future",
}


def test_a_gate_that_refuses_the_package_itself_shows_nothing():
    found, verdicts = judged(package("binary", scrambled))
    assert found["controls"]["slice"] == {
        "gate": "stability",
        "verdict": NOT_APPLICABLE,
        "reason": "the gate says FAIL of the package itself",
    }
    assert verdicts["controls"].verdict == gates.PASS


@pytest.mark.parametrize("kind", ["regression", "count"])
def test_answers_that_hardly_differ_wrong_no_group_however_they_are_shifted(kind):
    found, verdicts = judged(package(kind, cautious))
    assert found["controls"]["shifted group"] == {
        "gate": "fairness",
        "verdict": NOT_APPLICABLE,
        "reason": "the answers differ too little to be shifted",
    }
    assert verdicts["controls"].verdict == gates.PASS


def cautious(answers, judged):
    """Answer nearly the mean for each row."""
    found = {n: v.mean() + 0.05 * (v - v.mean()) for n, v in answers.items()}
    return fitting(found, judged)


def test_slices_of_too_few_rows_show_nothing():
    split = package("binary", lambda answers, _: answers, stability=Stability(min_rows=5001))
    found, verdicts = judged(split)
    assert found["controls"]["slice"]["reason"] == "no slice has rows enough to show it"
    assert "no level of a category has 5001 rows" in verdicts["stability"].reason
