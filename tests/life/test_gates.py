"""For every gate a candidate that it alone must catch, seen to the end under deployed roles."""

import pytest

from demo import custom_code
from factory.events.training import GateEvaluated, ModelRefused, ModelRegistered, TrainingFailed
from factory.gates import GATES, PASS

CAUGHT = {
    "used up": ("looks", "the exam is used up: 21 looks at snapshot 1 of census_test"),
    "silent": ("floor", "is below the floor 0.915"),
    "weaker": ("champion", "beyond the margin 0.005"),
    "young": ("members", "3 lack data (place=p5; place=p6; place=p7)"),
    "guessed": ("naive", "no better"),
    "by lot": ("decisions", "decisions go against the score of their group"),
    "understated": ("calibration", "less is expected than comes about in the mean"),
    "one level": ("stability", "education=11th"),
    "alike": ("answers", "rows get one and the same answer"),
    "respelled": ("coverage", "income has 2 spellings of one class: '>50K', '>50k'"),
    "copied": ("leakage", "test rows equal a training row in all columns but one"),
    "unfair": ("fairness", "sex=Female is selected"),
    "stranger": ("lineage", "train is survey, the spec says census_train"),
    "swapped": ("artifact", "the artifact evaluated was"),
    "unwatched": ("baseline", "the baseline lacks fnlwgt"),
    "in company": ("exam", "answers depend on how they are asked"),
    "lax": ("controls", "the gate fairness lets through that a whole group gets the lowest"),
    "unread": ("serving", "neither the recipe's nor in the training code"),
}


# What was learned from noise may decide fairly and be no worse than no champion: only the floor
# stands against it. Whoever decides by lot from the right scores is fair, too. Where a
# spec is so lax that a group may be wronged, the package passes all gates, as a worse one would.


def test_there_is_a_candidate_for_every_gate():
    assert {gate for gate, _ in CAUGHT.values()} == set(GATES)


@pytest.mark.parametrize("name", CAUGHT)
def test_the_gate_alone_stands_in_the_way(runs, name):
    gate, words = CAUGHT[name]
    said = {v["gate"]: v["verdict"] for v in runs[name].result["verdicts"]}
    assert set(said) == set(GATES)
    assert {g for g, verdict in said.items() if verdict != PASS} == {gate}, runs[name].result
    assert words in runs[name].against[gate]


@pytest.mark.parametrize("name", CAUGHT)
def test_the_run_ends_as_failed_at_refuse_and_nothing_is_registered(session, runs, name):
    run = runs[name]
    assert run.status == "Failed"
    assert list(run.failures) == ["Refuse"]
    assert "Register" not in run.steps
    sagemaker = session.aws("sagemaker")
    listed = sagemaker.list_model_packages(ModelPackageGroupName=f"mw-dev-{run.model}")
    for package in listed["ModelPackageSummaryList"]:
        found = sagemaker.describe_model_package(ModelPackageName=package["ModelPackageArn"])
        assert found.get("CustomerMetadataProperties", {}).get("execution") != run.arn


@pytest.mark.parametrize("name", CAUGHT)
def test_the_reason_stands_in_words_in_the_verdicts_the_step_and_the_ledger(runs, name):
    run, (gate, words) = runs[name], CAUGHT[name]
    reason = run.result["reason"]
    assert gate in reason
    assert words in reason
    assert reason in run.failures["Refuse"]
    (refused,) = run.events(ModelRefused)
    assert refused["reason"] == reason
    assert refused["subject"] == f"model/{run.model}"
    assert not run.events(ModelRegistered)


@pytest.mark.parametrize("name", ["good", "twin", "better"])
def test_a_good_candidate_passes_every_gate_and_waits_for_a_person(session, runs, name):
    run = runs[name]
    assert run.status == "Succeeded", run
    assert run.against == {}
    (registered,) = run.events(ModelRegistered)
    version = run.package.rsplit("/", 1)[-1]
    assert registered["subject"] == f"model/income/{version}"
    assert {e["detail"]["gate"] for e in run.events(GateEvaluated)} == set(GATES)


def test_the_spec_of_another_model_is_refused_before_anything_is_learned(runs):
    run = runs["misnamed"]
    assert run.status == "Failed"
    assert list(run.steps) == ["Prepare"]
    assert "model 'income-plain', the run is about 'income'" in run.failures["Prepare"]


def test_a_digest_that_is_not_that_of_the_spec_ends_the_run_at_its_gates(session, runs):
    run = runs["forged"]
    assert run.status == "Failed"
    assert list(run.failures) == ["Gates"]
    assert "the spec has SHA-256" in run.failures["Gates"]
    assert "Register" not in run.steps


def test_the_package_and_the_evidence_of_a_run_name_its_spec(session, runs):
    run = runs["good"]
    _, digest = custom_code.spec_reference(session, "income")
    package = session.aws("sagemaker").describe_model_package(ModelPackageName=run.package)
    assert package["CustomerMetadataProperties"]["spec"] == digest
    assert run.evidence["lineage"]["spec"] == digest


def test_a_snapshot_that_is_not_what_its_manifest_says_is_not_even_learned_from(runs):
    run = runs["changed"]
    assert run.status == "Failed"
    assert list(run.steps) == ["Prepare"]
    (failed,) = run.events(TrainingFailed)
    assert failed["reason"].startswith("Prepare: ")
    assert "somebody changed a published snapshot" in failed["reason"]
    assert not run.events(ModelRefused)
