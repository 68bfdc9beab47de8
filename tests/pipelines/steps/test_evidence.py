import dataclasses
import json

import numpy as np
import pyarrow as pa
import pytest

from factory import gates
from factory.errors import Refused
from pipelines.steps import decisions, evidence, groups, leakage
from pipelines.steps.gates import measured

FACTS = {
    "execution": "arn:run",
    "champion_digest": "none",
    "wanted": ["spend", "plan", "region"],
    "coverage": {},
    "lineage": {"dropped": 0},
    "artifact": {},
    "baseline": {},
    "exam": {"artifact": "a" * 64, "rows": 10},
    "then": {},
}


@pytest.fixture
def train(split):
    """Ten other customers, with the label as 0 or 1."""
    keys = pa.array([f"p{n}" for n in range(10)])
    table = split.features.set_column(0, "customer", keys)
    table = table.set_column(1, "spend", pa.array(np.arange(10) + 0.5))
    return table.append_column("left", pa.array(split.label))


def with_column(split, name, values):
    features = split.features.set_column(1, "spend", pa.array(values))
    assert name == "spend"
    return dataclasses.replace(split, features=features)


def test_nothing_shared_is_measured_as_nothing_shared(split, train):
    found = leakage.measure(split, train, FACTS["wanted"])
    assert (found["train_rows"], found["test_rows"]) == (10, 10)
    assert (found["shared_keys"], found["shared_feature_rows"]) == (0, 0)


def test_a_test_row_that_was_learned_from_is_found_by_its_features(split, train):
    leaked = split.features.slice(3, 2)
    keys = pa.array(["other-1", "other-2"])
    leaked = leaked.set_column(0, "customer", keys).append_column(
        "left", pa.array([0, 0], pa.int8())
    )
    found = leakage.measure(split, pa.concat_tables([train, leaked]), FACTS["wanted"])
    assert (found["shared_keys"], found["shared_feature_rows"]) == (0, 2)


def test_a_column_that_is_the_label_is_found_whichever_way_it_points(split, train):
    for values in (split.label.astype(float), 1.0 - split.label):
        found = leakage.measure(with_column(split, "spend", values), train, FACTS["wanted"])
        assert found["columns"]["spend"] == 1


def test_a_leaking_column_fails_the_leakage_gate_with_its_name(split, train):
    leaking = with_column(split, "spend", split.label.astype(float))
    verdicts = {v.gate: v for v in gates.judge(measured(leaking, train, FACTS), split.model)}
    assert verdicts["leakage"].verdict == "FAIL", verdicts["leakage"].reason
    assert "column spend alone ranks the test split with AUC 1.0000" in verdicts["leakage"].reason


@pytest.fixture
def named(monkeypatch):
    """Let a level of one row have its name."""
    monkeypatch.setattr(groups, "FEW", 1)


def test_selections_are_counted_per_level_and_the_missing_are_a_level(split, named):
    region = pa.array(["n", "n", "n", "n", None, "s", "s", "s", "s", "s"])
    found = groups.measure(
        dataclasses.replace(split, features=split.features.set_column(3, "region", region))
    )
    assert found["attributes"]["region"] == {
        "n": {"rows": 4, "selected": 1},
        "s": {"rows": 5, "selected": 4},
        "(missing)": {"rows": 1, "selected": 0},
    }


def test_joint_groups_add_up_to_the_groups_of_each_attribute(split, named):
    found = groups.measure(two_attributes(split))
    joint = {tuple(g["levels"]): (g["rows"], g["selected"]) for g in found["joint"]}
    assert joint[("n", "a")] == (2, 1)
    for level, counts in found["attributes"]["plan"].items():
        rows = [n for (_, plan), (n, _) in joint.items() if plan == level]
        assert sum(rows) == counts["rows"]


def two_attributes(split):
    rule = dataclasses.replace(split.model.gates.fairness, attributes=("region", "plan"))
    gates_of = dataclasses.replace(split.model.gates, fairness=rule)
    return dataclasses.replace(split, model=dataclasses.replace(split.model, gates=gates_of))


def test_a_column_of_very_many_levels_is_counted_and_never_listed(split, monkeypatch):
    monkeypatch.setattr(groups, "MOST_LEVELS", 1)
    found = groups.measure(split)
    assert found == {"too_many": {"region": 2}, "attributes": {}}
    verdicts = {v.gate: v for v in gates.judge({**FACTS, "fairness": found}, split.model)}
    assert verdicts["fairness"].verdict == "INCONCLUSIVE"


def test_a_long_level_is_cut_and_stays_apart_from_others(split, named):
    levels = ["x" * 70 + end for end in "ab"] * 5
    long = dataclasses.replace(split, features=split.features.set_column(3, "region", [levels]))
    assert [len(name) for name in groups.measure(long)["attributes"]["region"]] == [75, 75]


def test_decisions_by_a_threshold_go_with_the_score_and_others_are_counted(split):
    assert decisions.measure(split)["order"]["against"] == 0
    inverted = dataclasses.replace(split, selected=~split.selected)
    order = decisions.measure(inverted)["order"]
    assert order["by"] == ["region"]
    assert order["against"] > 0
    tied = decisions.against_score(np.array([0.5, 0.5]), np.array([True, False]))
    assert tied == 1


def test_groups_may_have_thresholds_of_their_own_only_where_the_spec_says_so(split):
    region = np.array(split.features.column("region").to_pylist())
    by_group = dataclasses.replace(
        split, selected=split.score >= np.where(region == "n", 0.15, 0.85)
    )
    assert decisions.measure(by_group)["order"]["against"] == 0
    single = dataclasses.replace(split.model, hyperparameters={"thresholds": "single"})
    order = decisions.measure(dataclasses.replace(by_group, model=single))["order"]
    assert order["by"] == []
    assert order["against"] > 0


def test_accuracy_is_about_decisions_not_scores(split):
    assert evidence.accuracy(split) == 0.8


def test_without_a_champion_the_evidence_says_so(split):
    assert evidence.champion(split, "none") == {"state": "none"}


def reversed_answers(split):
    return evidence.Answers(split.score[::-1].copy(), split.selected[::-1].copy())


def test_answers_have_one_digest_whatever_the_order_and_the_last_bits(split):
    keys, answers = split.keys, split.answers
    one = evidence.answered(keys, answers)
    nearly = evidence.Answers(answers.score + 1e-12, answers.selected)
    turned = evidence.Answers(*(part[::-1] for part in answers))
    assert evidence.answered(keys, nearly) == evidence.answered(keys[::-1], turned) == one
    assert evidence.answered(keys, reversed_answers(split)) != one
    assert evidence.answered(keys, answers._replace(score=answers.score + 1e-5)) != one
    assert evidence.answered(keys, answers._replace(selected=~answers.selected)) != one


def test_what_was_asked_is_the_features_too(split):
    one = evidence.asked(split)
    turned = split.features.take(pa.array(range(9, -1, -1)))
    assert evidence.asked(dataclasses.replace(split, features=turned)) == one
    assert evidence.asked(with_column(split, "spend", np.arange(10.0))) != one


def test_a_champion_is_compared_row_by_row(split):
    backwards = dataclasses.replace(split, champion=reversed_answers(split))
    found = evidence.champion(backwards, "d" * 64)
    assert found["state"] == "compared"
    assert found["difference"] == found["challenger"] - found["champion"] > 0
    order = np.random.default_rng(0).permutation(10)
    shuffled = dataclasses.replace(
        backwards,
        features=backwards.features.take(pa.array(order)),
        label=backwards.label[order],
        score=backwards.score[order],
        selected=backwards.selected[order],
        champion=evidence.Answers(*(part[order] for part in backwards.champion)),
    )
    assert evidence.champion(shuffled, "d" * 64) == pytest.approx(found)


def test_what_cannot_be_measured_is_absent_and_never_a_pass(split, train):
    one_class = dataclasses.replace(split, label=np.zeros(10, dtype=np.int8))
    found = measured(one_class, train, FACTS)
    assert "quality" not in found
    assert "champion" not in found
    assert not [
        v
        for v in gates.judge(found, split.model)
        if v.gate in {"floor", "champion", "leakage"} and v.verdict == "PASS"
    ]


def test_the_evidence_is_plain_json(split, train):
    found = measured(split, train, FACTS)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_predictions_are_put_in_the_order_of_the_rows():
    table = pa.table({"key": ["b", "a"], "score": [0.2, 0.1]})
    assert evidence.aligned(["a", "b"], table, "x").column("score").to_pylist() == [0.1, 0.2]


@pytest.mark.parametrize("keys", [["a"], ["a", "a"], ["a", "c"], ["a", "b", "c"]])
def test_predictions_for_other_rows_are_refused(keys):
    table = pa.table({"key": keys})
    with pytest.raises(Refused, match=r"predictions: . rows do not match the 2 rows"):
        evidence.aligned(["a", "b"], table, "predictions")
