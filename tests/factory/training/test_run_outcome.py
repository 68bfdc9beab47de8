"""Do the events of a run say how it ended, for every way in which it can?"""

import hashlib
import json
from dataclasses import replace

import pytest

from factory.events.incident import IncidentOpened
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    TrainingFailed,
)
from factory.training import run_outcome, sayings
from factory.training.run_outcome import EndedRun, Verdicts

RUN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/modelworks-dev-boosting/execution/abc"
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


def failed(**reasons):
    steps = [{"StepName": name, "FailureReason": said} for name, said in reasons.items()]
    steps.insert(1, {"StepName": "Wait"})
    (event,) = run_outcome.events(replace(REGISTERED, status="Failed", steps=steps, verdicts=None))
    assert (event.TYPE, event.key) == (TrainingFailed.TYPE, RUN)
    return event.reason


LIMIT = (
    "ResourceLimitExceeded: The account-level service limit 'ml.m5.large for training job usage' "
    "is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances."
)


def test_a_quota_that_stops_a_job_is_an_incident_that_names_it():
    steps = [{"StepName": "Train", "FailureReason": LIMIT}]
    ended = replace(REGISTERED, status="Failed", steps=steps, verdicts=None)
    training, incident = run_outcome.events(ended)
    assert training.TYPE == TrainingFailed.TYPE
    assert "the quota 'ml.m5.large for training job usage' is 0, 0 are in use" in training.reason
    assert (incident.TYPE, incident.about) == (IncidentOpened.TYPE, f"model/{ended.model}")
    assert "ask Service Quotas for 1 or more" in incident.reason


def test_a_builders_code_opens_no_incident_with_the_words_of_a_quota():
    assert "SHA-256" in failed(Train=f"AlgorithmError: {LIMIT}")


def test_a_run_without_verdicts_failed_with_the_words_of_the_steps_that_are_the_factory_s():
    said = failed(Prepare="Refused: no rows\x1b[2J", Gates="Refused: the spec has changed")
    assert said == "Prepare: Refused: no rows\\x1b[2J; Gates: Refused: the spec has changed"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Refused: Jane Doe, 1970", "Refused; its words"),
        ("AlgorithmError: ValueError: Jane Doe, 1970", "AlgorithmError: ValueError; its words"),
        ("JaneDoe: Refused: 1970", "it failed; its words"),
        (f"Refused: {sayings.GOES_ON} Jane Doe", "Refused; its words"),
        ("Jane Doe, 1970", "it failed; its words"),
    ],
)
@pytest.mark.parametrize("step", ["Train", "Evaluate", "Challenge"])
def test_of_a_step_that_runs_a_builder_s_code_only_the_kind_of_error_is_told(step, said, told):
    reason = failed(**{step: said})
    assert reason == f"{step}: {told} have SHA-256 {hashlib.sha256(said.encode()).hexdigest()[:12]}"


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


def test_a_sentence_in_which_nothing_can_be_said_is_told_of_any_step():
    said = sayings.STRANGER.format(4)
    assert failed(Evaluate=f"AlgorithmError: Refused: {said}, exit code: 1") == f"Evaluate: {said}"
    assert "SHA-256" in failed(Evaluate="Refused: " + sayings.STRANGER.format("Jane"))


def test_the_end_of_a_log_is_not_told_of_any_step():
    said = failed(Gates="AlgorithmError: Traceback ... ArrowInvalid: Jane Doe, exit code: 1")
    assert said.startswith("Gates: AlgorithmError; its words have SHA-256 ")
