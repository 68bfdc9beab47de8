"""Does the whole recipe, run step by step as processes, judge rightly?"""

import hashlib
import shutil

import pytest


def test_the_model_ranks_the_published_test_split_well(per_group):
    quality = per_group.evidence["quality"]
    assert quality["value"] >= 0.925
    assert (quality["rows"], quality["positives"]) == (16281, 3846)
    assert 0.001 < quality["standard_error"] < 0.004


def test_per_group_thresholds_pass_every_gate(per_group):
    assert set(per_group.verdicts.values()) == {"PASS"}
    assert per_group.result["passed"] is True
    assert per_group.result["reason"] == "every gate passed"


def test_per_group_thresholds_leave_comfort_above_the_four_fifths_rule(per_group):
    fairness = next(v for v in per_group.result["verdicts"] if v["gate"] == "fairness")
    bounds = {name: r["lower_bound"] for name, r in fairness["facts"]["ratios"].items()}
    assert set(bounds) == {
        "sex=Female",
        "race=Black",
        "race=Amer-Indian-Eskimo+Asian-Pac-Islander+Other",
    }
    assert min(bounds.values()) > 0.85


def test_per_group_thresholds_keep_accuracy(per_group):
    assert 0.835 <= per_group.evidence["accuracy"] <= 0.85


def test_a_single_threshold_fails_fairness_and_nothing_else(single):
    assert single.result["passed"] is False
    assert {g: v for g, v in single.verdicts.items() if v != "PASS"} == {"fairness": "FAIL"}
    assert "sex=Female is selected" in single.result["reason"]


def test_rows_that_occur_in_the_test_split_are_not_learned(per_group):
    lineage, leakage = per_group.evidence["lineage"], per_group.evidence["leakage"]
    assert lineage["dropped"] == 28
    assert leakage["train_rows"] == 32561 - 28
    assert (leakage["shared_keys"], leakage["shared_feature_rows"]) == (0, 0)


def test_the_evidence_is_about_the_bytes_that_would_be_registered(per_group):
    artifact = hashlib.sha256((per_group.home / "artifact" / "model.tar.gz").read_bytes())
    assert per_group.result["artifact"] == artifact.hexdigest()
    evidence = hashlib.sha256(
        (per_group.home / "gates" / "evidence" / "evidence.json").read_bytes()
    )
    assert per_group.result["evidence"] == evidence.hexdigest()


def test_the_champion_is_scored_on_the_same_rows(single, per_group):
    found = single.evidence["champion"]
    assert found["state"] == "compared"
    assert found["digest"] == per_group.result["artifact"]
    assert found["champion"] == per_group.evidence["quality"]["value"]
    assert found["challenger"] == single.evidence["quality"]["value"]
    assert 0 < found["standard_error"] < single.evidence["quality"]["standard_error"]


def test_another_champion_than_announced_is_not_compared_with(single):
    with pytest.raises(RuntimeError, match="the champion is feed, the one that was asked is"):
        single.gates(champion_digest="feed")


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
    changed.gates(training_code="own")
    lineage = changed.evidence["lineage"]
    assert lineage["training_code"] == hashlib.sha256(b"other bytes").hexdigest()
    assert per_group.evidence["lineage"]["training_code"] == lineage["code"]


def test_a_changed_snapshot_stops_the_run(per_group, fork):
    changed = fork(per_group)
    with (changed.home / "train" / "data.parquet").open("ab") as file:
        file.write(b"!")
    with pytest.raises(RuntimeError, match="somebody changed a published snapshot"):
        changed.prepare()


def test_a_strangers_table_runs_through_the_same_recipe(churn):
    assert set(churn.verdicts.values()) == {"PASS"}
    assert churn.evidence["quality"]["value"] > 0.75
    assert set(churn.evidence["leakage"]["columns"]) == set(churn.model.features)


def test_a_champion_that_asks_for_a_column_nobody_has_is_named(churn, per_group, fork):
    other = fork(churn)
    shutil.copytree(per_group.home / "artifact", other.home / "old")
    with pytest.raises(RuntimeError, match=r"the champion cannot answer .* asks for age, "):
        other.evaluate(champion="old")


HOSTILE = """
import pathlib
for path in pathlib.Path("{home}").rglob("*"):
    if path.is_file() and (path.name == "champion.parquet" or path.parent.name == "old"):
        path.unlink()
"""


def test_a_challengers_code_cannot_touch_what_the_champion_said(churn, fork):
    run = fork(churn)
    shutil.copytree(run.home / "artifact", run.home / "old")
    digest = hashlib.sha256((run.home / "old" / "model.tar.gz").read_bytes()).hexdigest()
    with (run.home / "model" / "code" / "inference.py").open("a") as code:
        code.write(HOSTILE.format(home=run.home))
    run.pack()
    run.evaluate(champion="old")
    assert not (run.home / "old" / "model.tar.gz").exists(), "the hostile code did run"
    assert run.json("evaluate/predictions/evaluated.json")["champion"] == digest
    run.gates(champion_digest=digest)
    assert run.evidence["champion"]["champion"] == churn.evidence["quality"]["value"]
