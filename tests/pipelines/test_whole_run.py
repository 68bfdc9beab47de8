"""Does the whole recipe, run step by step as processes, judge rightly?"""

import dataclasses
import hashlib
import json
import shutil

import pytest

from factory.catalogue import document
from factory.gates import estimates
from factory.training import steps
from pipelines import contract


def test_the_model_ranks_the_published_test_split_well(per_group):
    quality = per_group.evidence["quality"]
    assert quality["rows"] == 16281
    assert set(quality["metrics"]) == {"auc", "average_precision", "log_loss", "brier"}
    auc = estimates.of(quality["metrics"]["auc"])
    assert auc.value >= 0.925
    assert auc.smaller == 3846
    assert 0.001 < auc.standard_error < 0.004


def test_the_model_is_surely_better_than_the_share_of_yes(per_group):
    naive = per_group.evidence["naive"]
    assert (naive["metric"], naive["naive"]) == ("auc", 0.5)
    gained = estimates.of(naive["difference"])
    assert gained.value == pytest.approx(auc(per_group) - 0.5)
    assert per_group.verdicts["naive"] == "PASS"


def auc(run):
    return run.evidence["quality"]["metrics"]["auc"]["value"]


def test_per_group_thresholds_pass_every_gate(per_group):
    assert set(per_group.verdicts.values()) == {"PASS"}
    assert per_group.result["passed"] is True
    assert per_group.result["reason"] == "every gate passed"


def test_per_group_thresholds_leave_comfort_above_the_four_fifths_rule(per_group):
    fairness = next(v for v in per_group.result["verdicts"] if v["gate"] == "fairness")
    bounds = {name: r["lower_bound"] for name, r in fairness["facts"]["ratios"].items()}
    assert set(bounds) == {
        "sex=Male",
        "race=Black",
        "race=Amer-Indian-Eskimo+Asian-Pac-Islander+Other",
    }
    assert min(bounds.values()) > 0.85


def test_per_group_thresholds_keep_accuracy(per_group):
    classes = per_group.evidence["decisions"]["classes"]
    assert {name: found["rows"] for name, found in classes.items()} == {"no": 12435, "yes": 3846}
    assert 0.835 <= sum(found["right"] for found in classes.values()) / 16281 <= 0.85


def test_a_single_threshold_fails_fairness_and_nothing_else(single):
    assert single.result["passed"] is False
    assert {g: v for g, v in single.verdicts.items() if v != "PASS"} == {"fairness": "FAIL"}
    assert "sex=Female is selected" in single.result["reason"]


def test_no_row_is_left_out_for_what_it_holds_and_equal_ones_are_compared(per_group):
    """28 people who teach equal one who judges in all that is asked: as many as chance gives."""
    lineage, leakage = per_group.evidence["lineage"], per_group.evidence["leakage"]
    assert not any(lineage["left_out"].values())
    assert leakage["train_rows"] == 32561
    assert (leakage["shared_keys"], leakage["misplaced"]) == (0, 0)
    assert set(leakage["alike"]) == {"rows", "labels"}


def test_the_evidence_is_about_the_bytes_that_would_be_registered(per_group):
    artifact = hashlib.sha256((per_group.home / "artifact" / "model.tar.gz").read_bytes())
    assert per_group.result["artifact"] == artifact.hexdigest()
    evidence = hashlib.sha256(
        (per_group.home / "gates" / "evidence" / "evidence.json").read_bytes()
    )
    assert per_group.result["evidence"] == evidence.hexdigest()


@pytest.mark.parametrize("step", steps.STEPS, ids=lambda s: s.name)
def test_a_step_leaves_what_it_is_said_to_leave(per_group, step):
    if step is steps.TRAIN:  # its one output is the folder that becomes the artifact
        assert (per_group.home / "model" / contract.METADATA).is_file()
    else:
        assert {p.name for p in (per_group.home / step.name).iterdir()} == set(step.outputs)


def test_the_evidence_names_the_spec_and_nobody_who_built_the_model(per_group):
    text = document.judged_text(per_group.model)
    assert per_group.evidence["lineage"]["spec"] == document.digest(text)
    assert "builders" not in per_group.evidence
    assert "catalogue" not in per_group.evidence["lineage"]


def test_the_baseline_is_beside_the_evidence_which_names_its_bytes(per_group):
    written = per_group.home / "gates" / "evidence" / "baseline.json"
    digest = hashlib.sha256(written.read_bytes()).hexdigest()
    assert per_group.evidence["baseline"]["digest"] == digest
    found = json.loads(written.read_bytes())
    assert set(found) == {"features", "baseline"}
    assert found["features"] == list(per_group.model.features)
    assert found["baseline"]["rows"] == per_group.evidence["leakage"]["train_rows"]
    assert set(found["baseline"]["columns"]) == set(per_group.model.features)


def test_a_model_that_is_asked_about_fewer_features_is_not_watched_and_refused(churn, fork):
    run = fork(churn)
    asked = run.json("model/metadata.json")
    asked["features"].remove("spend")
    run.write("model/metadata.json", json.dumps(asked))
    run.pack()
    shutil.rmtree(run.home / "gates")
    run.gates()
    assert run.verdicts["baseline"] == "FAIL"
    assert "the baseline lacks spend" in run.result["reason"]


def misled(run, model):
    """Give *run* the spec of another model, where it expects its own."""
    shutil.rmtree(run.home / "spec")
    text = document.judged_text(model)
    run.write(f"spec/{document.digest(text)}.json", text)
    return document.digest(text)


@pytest.mark.parametrize("step", ["prepare", "train", "gates"])
def test_every_step_that_gets_a_spec_refuses_that_of_another_model(churn, fork, step):
    run = fork(churn)
    lenient = dataclasses.replace(run.model, name="lenient")
    digest = misled(run, lenient)
    told = {"spec_digest": digest} if step == "gates" else {}
    with pytest.raises(RuntimeError, match="model 'lenient', the run is about 'churn'"):
        getattr(run, step)(**told)


@pytest.mark.parametrize("step", ["prepare", "train", "gates"])
def test_every_step_refuses_a_spec_that_was_changed_where_it_is_stored(churn, fork, step):
    run = fork(churn)
    (path,) = (run.home / "spec").iterdir()
    path.write_text(path.read_text() + " ")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    told = {"spec_digest": digest} if step == "gates" else {}
    with pytest.raises(RuntimeError, match="its bytes are not those it is named after"):
        getattr(run, step)(**told)


def test_the_gates_refuse_a_spec_that_is_not_the_one_the_run_was_started_with(churn, fork):
    run = fork(churn)
    floor = dataclasses.replace(run.model.gates.floor, at_least=0.5)
    gates = dataclasses.replace(run.model.gates, floor=floor)
    misled(run, dataclasses.replace(run.model, gates=gates))
    with pytest.raises(RuntimeError, match=f"the run was started with {run.spec_digest}"):
        run.gates()


def test_the_champion_is_scored_on_the_same_rows(single, per_group):
    found = single.evidence["champion"]
    assert found["state"] == "compared"
    assert found["digest"] == per_group.result["artifact"]
    assert (found["champion"], found["challenger"]) == (auc(per_group), auc(single))
    apart = estimates.of(found["difference"])
    assert apart.value == pytest.approx(auc(single) - auc(per_group))
    whole = estimates.of(single.evidence["quality"]["metrics"]["auc"])
    assert 0 < apart.standard_error < whole.standard_error


def test_another_champion_than_announced_is_not_compared_with(single):
    with pytest.raises(RuntimeError, match="the champion is feed, the one that was asked is"):
        single.gates(champion_digest="feed")


def test_a_champion_that_answers_as_when_it_was_judged_is_told_by_one_digest(single, per_group):
    found, judged = single.evidence["champion"], per_group.result["answers"]
    assert f"{found['asked']}:{found['answers']}" == judged
    assert found["challenger_answers"] != found["answers"]


def test_a_champion_that_answers_otherwise_than_when_it_was_judged_is_no_measure(single, fork):
    run = fork(single)
    digest, asked = (single.evidence["champion"][name] for name in ("digest", "asked"))
    run.gates(champion_digest=digest, stored=f"{asked}:{'0' * 64}")
    assert run.verdicts["champion"] == "INCONCLUSIVE"
    assert "otherwise than when it was judged" in run.result["reason"]


def test_an_announced_champion_cannot_be_left_out(per_group):
    with pytest.raises(RuntimeError, match="the champion is feed, the one that was asked is none"):
        per_group.gates(champion_digest="feed")


def test_an_artifact_swapped_after_evaluation_fails_its_gate(per_group, single, fork):
    swapped = fork(per_group)
    shutil.copy(single.home / "artifact" / "model.tar.gz", swapped.home / "artifact")
    swapped.gates()
    assert swapped.verdicts["artifact"] == "FAIL"
    assert swapped.result["passed"] is False


def test_a_builders_own_training_code_stands_in_the_lineage(per_group, fork):
    changed = fork(per_group)
    changed.write("own/code.zip", "other bytes")
    digest = hashlib.sha256(b"other bytes").hexdigest()
    changed.gates(training_code="own", own=digest)
    lineage = changed.evidence["lineage"]
    assert lineage["training_code"] == digest
    assert lineage["request"] == "asked"
    assert per_group.evidence["lineage"]["training_code"] == lineage["code"]


@pytest.mark.parametrize("own", ["recipe", hashlib.sha256(b"the first bytes").hexdigest()])
def test_training_code_of_other_bytes_than_trained_stops_the_gates(per_group, fork, own):
    changed = fork(per_group)
    changed.write("own/code.zip", "other bytes")
    with pytest.raises(RuntimeError, match="it was changed after the run was asked for"):
        changed.gates(training_code="own", own=own)


def test_a_changed_snapshot_stops_the_run(per_group, fork):
    changed = fork(per_group)
    with (changed.home / "train" / "data.parquet").open("ab") as file:
        file.write(b"!")
    with pytest.raises(RuntimeError, match="somebody changed a published snapshot"):
        changed.prepare()


def test_a_strangers_table_runs_through_the_same_recipe(churn):
    assert set(churn.verdicts.values()) == {"PASS"}
    assert auc(churn) > 0.75
    assert set(churn.evidence["leakage"]["columns"]) == set(churn.model.features)


def test_a_champion_that_asks_for_columns_nobody_has_cannot_answer(churn, per_group, fork):
    other = fork(churn)
    shutil.copytree(per_group.home / "artifact", other.home / "old")
    with pytest.raises(
        RuntimeError, match=r"the artifact asks for 14 columns that are no features"
    ):
        other.evaluate(champion="old")
