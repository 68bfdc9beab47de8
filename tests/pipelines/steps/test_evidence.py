import dataclasses
import json

import numpy as np
import pyarrow as pa
import pytest

from factory import gates
from factory.errors import Refused
from pipelines.steps import decisions, evidence, groups, leakage
from pipelines.steps.gates import measured
from tests.pipelines.steps.splits import YES, answering, said

FACTS = {
    "execution": "arn:run",
    "champion_digest": "none",
    "wanted": ["spend", "plan", "region"],
    "coverage": {},
    "lineage": {"left_out": {}},
    "artifact": {},
    "baseline": {},
    "exam": {"artifact": "a" * 64, "rows": 10},
    "then": {},
}


def with_column(split, name, values):
    features = split.features.set_column(1, "spend", pa.array(values))
    assert name == "spend"
    return dataclasses.replace(split, features=features)


def test_nothing_shared_is_measured_as_nothing_shared(split, train):
    found = leakage.measure(split, train, FACTS["wanted"])
    assert (found["train_rows"], found["test_rows"]) == (10, 10)
    assert (found["shared_keys"], found["shared_entities"], found["misplaced"]) == (0, 0, 0)


def test_a_test_row_that_was_learned_from_is_found_by_its_key_whatever_it_holds(split, train):
    leaked = split.features.slice(3, 2).append_column("left", [["no", "no"]])
    leaked = leaked.set_column(1, "spend", [[-1.0, -2.0]])
    both = pa.concat_tables([train, leaked])
    found = leakage.measure(dataclasses.replace(split, train=both), both, FACTS["wanted"])
    assert (found["shared_keys"], found["shared_entities"]) == (2, 2)


def test_a_column_that_is_the_label_is_found_whichever_way_it_points(split, train):
    for values in (YES.astype(float), 1.0 - YES):
        found = leakage.measure(with_column(split, "spend", values), train, FACTS["wanted"])
        assert found["columns"]["spend"] == 1


def test_a_leaking_column_fails_the_leakage_gate_with_its_name(split, train):
    leaking = with_column(split, "spend", YES.astype(float))
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
    assert found["rates"]["selected"]["attributes"]["region"] == {
        "n": {"rows": 4, "selected": 1},
        "s": {"rows": 5, "selected": 4},
        "(missing)": {"rows": 1, "selected": 0},
    }


def test_groups_are_counted_of_a_column_that_is_no_feature(split):
    features = tuple(name for name in split.model.features if name != "region")
    model = dataclasses.replace(split.model, features=features)
    labels = split.labels.append_column("region", split.features.column("region"))
    found = groups.measure(split)
    apart = dataclasses.replace(
        split, model=model, features=split.features.drop_columns(["region"]), labels=labels
    )
    assert groups.measure(apart) == found
    assert model.audited == ("left", "region")


def test_joint_groups_add_up_to_the_groups_of_each_attribute(split, named):
    found = groups.measure(two_attributes(split))["rates"]["selected"]
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
    assert found["rates"]["selected"] == {"too_many": {"region": 2}, "attributes": {}}
    verdicts = {v.gate: v for v in gates.judge({**FACTS, "fairness": found}, split.model)}
    assert verdicts["fairness"].verdict == "INCONCLUSIVE"


def test_a_long_level_is_cut_and_stays_apart_from_others(split, named):
    levels = ["x" * 70 + end for end in "ab"] * 5
    long = dataclasses.replace(split, features=split.features.set_column(3, "region", [levels]))
    found = groups.measure(long)["rates"]["selected"]
    assert [len(name) for name in found["attributes"]["region"]] == [75, 75]


def test_decisions_by_a_threshold_go_with_the_score_and_others_are_counted(split):
    assert decisions.measure(split)["order"]["against"] == 0
    inverted = answering(split, selected=~split.answers["selected"])
    order = decisions.measure(inverted)["order"]
    assert order["by"] == ["region"]
    assert order["against"] > 0
    tied = decisions.against_score(np.array([0.5, 0.5]), np.array([True, False]))
    assert tied == 1


def test_groups_may_have_thresholds_of_their_own_only_where_the_spec_says_so(split):
    region = np.array(split.features.column("region").to_pylist())
    limits = np.where(region == "n", 0.15, 0.85)
    by_group = answering(split, selected=split.answers["score"] >= limits)
    assert decisions.measure(by_group)["order"]["against"] == 0
    task = dataclasses.replace(split.model.task, thresholds="single")
    single = dataclasses.replace(split.model, task=task)
    order = decisions.measure(dataclasses.replace(by_group, model=single))["order"]
    assert order["by"] == []
    assert order["against"] > 0


def test_what_is_right_is_about_decisions_not_scores(split):
    one = {"no": {"rows": 5, "right": 4}, "yes": {"rows": 5, "right": 4}}
    assert decisions.measure(split)["classes"] == one
    inverted = answering(split, score=1 - split.answers["score"])
    assert decisions.measure(inverted)["classes"] == one


def test_without_a_champion_the_evidence_says_so(split):
    assert evidence.champion(split, "none") == {"state": "none"}


def reversed_answers(split):
    score, selected = (split.answers[name][::-1] for name in ("score", "selected"))
    return said(split.keys, score, selected)


def test_answers_have_one_digest_whatever_the_order_and_the_last_bits(split):
    keys, score = split.keys, split.answers["score"]
    one = evidence.answered(keys, split.challenger)
    nearly = answering(split, score=score + 1e-12).challenger
    turned = evidence.Said(split.challenger.table.take(list(range(9, -1, -1))))
    assert evidence.answered(keys, nearly) == evidence.answered(keys[::-1], turned) == one
    assert evidence.answered(keys, reversed_answers(split)) != one
    assert evidence.answered(keys, answering(split, score=score + 1e-5).challenger) != one
    other = answering(split, selected=~split.answers["selected"]).challenger
    assert evidence.answered(keys, other) != one
    table = split.challenger.table.set_column(3, "label", [["other"] * 10])
    assert evidence.answered(keys, evidence.Said(table)) != one


def test_rows_that_are_answered_with_nothing_are_not_in_the_digest():
    """A forecast's history is asked with it, and is the larger part."""
    said_ = evidence.Said(pa.table({"key": ["a", "b", "c"], "value": [None, 1.0, 2.0]}))
    alone = evidence.Said(said_.table.slice(1))
    found = evidence.answered(["a", "b", "c"], said_)
    assert found == evidence.answered(["b", "c"], alone)
    other = evidence.Said(pa.table({"key": ["a", "b", "c"], "value": [0.0, 1.0, 2.0]}))
    assert evidence.answered(["a", "b", "c"], other) != found


def test_what_was_asked_is_the_features_too(split):
    one = split.asked
    turned = split.features.take(pa.array(range(9, -1, -1)))
    assert dataclasses.replace(split, features=turned).asked == one
    assert with_column(split, "spend", np.arange(10.0)).asked != one


def test_a_champion_is_compared_row_by_row(split):
    backwards = dataclasses.replace(split, champion=reversed_answers(split))
    found = evidence.champion(backwards, "d" * 64)
    assert found["state"] == "compared"
    apart = found["challenger"] - found["champion"]
    assert found["difference"]["value"] == pytest.approx(apart)
    assert apart > 0
    order = np.random.default_rng(0).permutation(10)
    shuffled = dataclasses.replace(
        backwards,
        features=backwards.features.take(order),
        labels=backwards.labels.take(order),
        challenger=evidence.Said(backwards.challenger.table.take(order)),
        champion=evidence.Said(backwards.champion.table.take(order)),
    )
    again = evidence.champion(shuffled, "d" * 64)
    assert again["difference"] == pytest.approx(found["difference"])
    assert {**again, "difference": None} == {**found, "difference": None}


def test_what_cannot_be_measured_is_absent_and_never_a_pass(split, train):
    labels = split.labels.set_column(1, "left", [["no"] * 10])
    found = measured(dataclasses.replace(split, labels=labels), train, FACTS)
    assert not {"quality", "naive", "champion"} & set(found)
    assert not [
        v
        for v in gates.judge(found, split.model)
        if v.gate in {"floor", "naive", "champion", "leakage"} and v.verdict == "PASS"
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


def test_the_evidence_says_which_look_at_which_rows_it_is(split):
    test = {"product": "customers_test", "snapshot": 3, "uri": "s3://p/customers_test/000003/"}
    found = evidence.looks("12", {"inputs": {"test": test}}, split.model)
    assert found == {
        "look": 12,
        "product": "customers_test",
        "snapshot": 3,
        "label": split.model.task.target,
    }


@pytest.mark.parametrize("odd", ["", "none", "1.5"])
def test_a_look_that_is_no_number_is_not_judged(split, odd):
    lineage = {"inputs": {"test": {"product": "p", "snapshot": 1}}}
    with pytest.raises(ValueError, match="invalid literal"):
        evidence.looks(odd, lineage, split.model)
