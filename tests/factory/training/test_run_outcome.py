"""Do the events of a run say how it ended, for every way in which it can?"""

import json
from dataclasses import replace

from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    TrainingFailed,
)
from factory.training import run_outcome
from factory.training.run_outcome import EndedRun, Verdicts

RUN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/modelworks-dev-tabular/execution/abc"
PACKAGE = "arn:aws:sagemaker:us-east-1:123456789012:model-package/mw-dev-income/3"
VERDICTS = Verdicts(
    artifact="a" * 64,
    reason="all gates said PASS",
    gates=(("floor", "PASS", "AUC 0.9"), ("fairness", "INCONCLUSIVE", "too few rows")),
)
REGISTERED = EndedRun(
    model="income",
    execution=RUN,
    status="Succeeded",
    steps=[
        {"StepName": "Train", "Metadata": {"TrainingJob": {"Arn": "x"}}},
        {"StepName": "Wait"},
        {"StepName": "Register", "Metadata": {"RegisterModel": {"Arn": PACKAGE}}},
    ],
    evidence="s3://evidence/runs/income/abc/evidence.json",
    verdicts=VERDICTS,
)


def types(run):
    return [event.TYPE for event in run_outcome.events(run)]


def test_a_run_that_registered_says_so_after_what_each_gate_concluded():
    trained, floor, fairness, registered = run_outcome.events(REGISTERED)
    assert types(REGISTERED) == [
        ModelTrained.TYPE,
        GateEvaluated.TYPE,
        GateEvaluated.TYPE,
        ModelRegistered.TYPE,
    ]
    assert trained.detail() == {
        "execution": RUN,
        "artifact": "a" * 64,
        "evidence": "s3://evidence/runs/income/abc/evidence.json",
    }
    assert (floor.gate, floor.verdict, floor.reason) == ("floor", "PASS", "AUC 0.9")
    assert (floor.key, fairness.key) == (f"{RUN}|floor", f"{RUN}|fairness")
    assert (registered.subject, registered.version) == ("model/income/3", 3)
    assert registered.reason == "all gates said PASS"


def test_a_run_whose_candidate_was_not_registered_says_that_it_was_refused():
    refused = replace(REGISTERED, steps=[], verdicts=replace(VERDICTS, reason="floor said FAIL"))
    *_, last = run_outcome.events(refused)
    assert (last.TYPE, last.subject, last.reason) == (
        ModelRefused.TYPE,
        "model/income",
        "floor said FAIL",
    )


def test_a_run_without_verdicts_failed_with_the_words_of_its_steps():
    steps = [
        {"StepName": "Train", "FailureReason": "no rows"},
        {"StepName": "Prepare"},
        {"StepName": "Evaluate", "FailureReason": "no model"},
    ]
    failed = replace(REGISTERED, status="Failed", steps=steps, verdicts=None)
    (event,) = run_outcome.events(failed)
    assert (event.TYPE, event.key) == (TrainingFailed.TYPE, RUN)
    assert event.reason == "Train: no rows; Evaluate: no model"


def test_a_stopped_run_says_how_it_ended():
    (event,) = run_outcome.events(replace(REGISTERED, status="Stopped", steps=[], verdicts=None))
    assert event.reason == "the run ended as Stopped before the gates"


def test_the_same_run_has_events_of_the_same_ids_at_every_delivery():
    again = replace(REGISTERED, steps=list(REGISTERED.steps))
    assert [e.id for e in run_outcome.events(REGISTERED)] == [
        e.id for e in run_outcome.events(again)
    ]


def test_verdicts_are_read_as_the_gates_wrote_them():
    document = {
        "artifact": "a" * 64,
        "reason": "all gates said PASS",
        "verdicts": [
            {"gate": "floor", "verdict": "PASS", "reason": "AUC 0.9", "more": 1},
            {"gate": "fairness", "verdict": "INCONCLUSIVE", "reason": "too few rows"},
        ],
        "model": "income",
    }
    assert Verdicts.parse(json.dumps(document).encode()) == VERDICTS
