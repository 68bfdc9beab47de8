"""Does each gate refuse what only it should catch, and never pass on missing evidence?"""

import copy
import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.catalogue.document import judged_text, parse_judged
from factory.catalogue.spec import Card, Fairness, Floor, Gates, Model, Published
from factory.gates import FAIL, GATES, INCONCLUSIVE, PASS, judge, passed, summary
from factory.gates.controls import CONTROLS
from factory.gates.groups import Group, ratio_lower_bound
from factory.tasks.binary import Binary

SHA = "a" * 64
MODEL = Model(
    name="churn",
    purpose="Predict who leaves",
    owner="crm",
    builders=("ada",),
    recipe="boosting",
    split=Published(train="churn_train", test="churn_test"),
    task=Binary(label="left", positive="yes", thresholds="per-group"),
    features=("age", "sex"),
    gates=Gates(floor=Floor(at_least=0.8), fairness=Fairness(attributes=("sex",))),
    card=Card(intended_use="x", limitations="x", ethics="x"),
)
SOURCE = {"snapshot": 1, "uri": "s3://p/x/000001/", "digest": SHA, "verified": True}
AUC = {
    "interval": "auc",
    "value": 0.85,
    "standard_error": 0.005,
    "units": 5000,
    "smaller": 1200,
}
GOOD = {
    "version": 2,
    "model": "churn",
    "execution": "arn:aws:sagemaker:us-east-1:1:pipeline/p/execution/e",
    "quality": {"rows": 5000, "metrics": {"auc": AUC}},
    "naive": {
        "metric": "auc",
        "naive": 0.5,
        "difference": {**AUC, "interval": "mean", "value": 0.35},
    },
    "champion": {
        "state": "compared",
        "digest": SHA,
        "asked": "1" * 64,
        "answers": "2" * 64,
        "challenger_answers": "3" * 64,
        "stored": f"{'1' * 64}:{'2' * 64}",
        "again": 256,
        "different": 0,
        "metric": "auc",
        "challenger": 0.85,
        "champion": 0.849,
        "difference": {
            "interval": "mean",
            "value": 0.001,
            "standard_error": 0.001,
            "units": 5000,
            "smaller": 1200,
        },
    },
    "leakage": {
        "train_rows": 9000,
        "test_rows": 5000,
        "shared_keys": 0,
        "shared_entities": 0,
        "misplaced": 0,
        "left_out": 0,
        "asked": {"equal": True, "missing": [], "foreign": []},
        "columns": {"age": 0.7, "sex": 0.6},
        "cells": {"age": "by its size", "sex": "by its values"},
        "pairs": {
            "checked": 1,
            "of": 1,
            "columns": ["age", "sex"],
            "auc": 0.75,
            "how": "by their size",
        },
        "order": {"auc": 0.52, "how": "the row number, by its size"},
        "encoded": {"column": "age", "free": 30, "chi_square": 41.5},
        "near": {
            "all": {"test": 20, "train": 25, "rows": 4000},
            "all_but_one": {"test": 2600, "train": 2580, "rows": 4000},
            "half": {"test": 3000, "train": 2990, "rows": 4000},
            "nearest": {"excess": 0.03, "rows": 500},
            "repeated": {"test": 520, "train": 550, "rows": 4000},
        },
        "alike": {
            "rows": {"cells": 400, "rows": 600, "observed": 380, "expected": 400, "spread": 28},
            "labels": {"cells": 60, "rows": 300, "observed": 63, "expected": 61, "spread": 11},
        },
    },
    "decisions": {
        "classes": {"no": {"rows": 3800, "right": 3480}, "yes": {"rows": 1200, "right": 900}},
        "order": {"by": ["sex"], "groups": 2, "against": 0, "worst": "F"},
    },
    "coverage": {
        "train": {"rows_of_product": 9100, "rows": 9000},
        "test": {"rows_of_product": 5100, "rows": 5000},
        "label": {"classes": 2, "alike": []},
        "contract_says_protected": True,
        "groups": ["sex"],
        "protected": {
            "sex": {
                "F": {"of_product": 2450, "rows": 2400},
                "M": {"of_product": 2650, "rows": 2600},
            }
        },
    },
    "fairness": {
        "rates": {
            "selected": {
                "attributes": {
                    "sex": {
                        "F": {"rows": 2400, "selected": 580},
                        "M": {"rows": 2600, "selected": 640},
                    }
                }
            }
        },
        "errors": {},
    },
    "lineage": {
        "inputs": {
            "train": {"product": "churn_train", **SOURCE},
            "test": {"product": "churn_test", **SOURCE},
        },
        "where": {},
        "code": SHA,
        "request": SHA,
        "training_code": SHA,
        "spec": SHA,
        "image": "123.dkr.ecr/sklearn:1",
    },
    "artifact": {"gated": SHA, "evaluated": SHA},
    "looks": {"look": 2, "product": "churn_test", "snapshot": 1, "label": "left"},
    "exam": {
        "rows": 5000,
        "requests": 60,
        "most": 1900,
        "types": {"text/csv": 2600, "application/json": 2656},
        "again": 256,
        "different": 0,
        "furthest": 0.0,
        "asked": "1" * 64,
        "answers": "3" * 64,
    },
    "serving": {
        "origin": "recipe",
        "own": True,
        "digest": SHA,
        "recipe": SHA,
        "added": 0,
        "removed": 0,
        "others": 0,
    },
    "baseline": {
        "columns": ["age", "sex"],
        "flat": [],
        "rows": 9000,
        "train_rows": 9000,
        "digest": SHA,
    },
    "calibration": {
        "pairs": [
            {
                "rows": 5000,
                "scale": 0.36,
                "bias": {
                    "interval": "mean",
                    "value": 0.002,
                    "standard_error": 0.005,
                    "units": 5000,
                },
                "bins": [
                    {"rows": 2500, "expected": 0.1, "observed": 0.11, "standard_error": 0.01},
                    {"rows": 2500, "expected": 0.4, "observed": 0.39, "standard_error": 0.01},
                ],
            }
        ],
    },
    "stability": {
        "metric": "auc",
        "of": 2,
        "unmeasured": 1,
        "slices": [{"column": "sex", "level": "F", "rows": 2400, "value": AUC}],
    },
    "answers": {"rows": 5000, "tied": 12, "odd": {"a score outside of 0 to 1": 0}},
    "controls": {
        name: {"gate": control.gate, "verdict": FAIL, "reason": "it is sabotaged"}
        for name, control in CONTROLS.items()
    },
}


def mutated(path, value):
    evidence = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    section = evidence
    for name in parents:
        section = section[name]
    section[last] = value
    return evidence


def said(evidence, model=MODEL):
    return {v.gate: v.verdict for v in judge(evidence, model)}


def test_good_evidence_passes_every_gate():
    verdicts = judge(GOOD, MODEL)
    assert said(GOOD) == dict.fromkeys(GATES, PASS)
    assert passed(verdicts)
    assert summary(verdicts) == "every gate passed"


@pytest.mark.parametrize(
    ("gate", "path", "value", "words"),
    [
        ("champion", "champion.difference.standard_error", 0.05, "beyond the margin 0.005"),
        ("leakage", "leakage.shared_keys", 3, "3 keys occur in both splits"),
        (
            "leakage",
            "leakage.misplaced",
            5,
            "5 rows are not on the side that the split (published)",
        ),
        (
            "leakage",
            "leakage.left_out",
            1001,
            "1001 rows to learn from were left out, since rows of",
        ),
        (
            "leakage",
            "leakage.near.all.test",
            900,
            "900 of 4000 test rows equal a training row in all columns and the label, 25 of 4000",
        ),
        ("leakage", "leakage.alike.labels.observed", 20, "300 test rows equal training rows in ev"),
        ("leakage", "leakage.columns.age", 0.999, "column age alone ranks the test split"),
        ("leakage", "leakage.asked.foreign", ["row_id"], "asks for row_id, no feature of the spec"),
        ("leakage", "leakage.asked.equal", False, "in another order than the spec's, or twice"),
        ("leakage", "leakage.order.auc", 0.97, "the rows are in the order of the label"),
        ("leakage", "leakage.encoded.chi_square", 0.01, "follows the share of yes among its own"),
        (
            "leakage",
            "leakage.near.all_but_one.test",
            3100,
            "3100 of 4000 test rows equal a training row in all columns but one, 2580 of 4000",
        ),
        ("leakage", "leakage.near.half.test", 3500, "equal a training row in half of the columns"),
        ("decisions", "decisions.classes.no.right", 1000, "balanced accuracy 0.5066"),
        ("decisions", "decisions.order.against", 7, "7 decisions go against the score of their"),
        ("coverage", "coverage.groups", ["sex", "age"], "calls age protected, it is a feature"),
        (
            "coverage",
            "coverage.label.alike",
            [["Yes", "yes"]],
            "left has 2 spellings of one class: 'Yes', 'yes'; land one of them",
        ),
        (
            "coverage",
            "coverage.protected.sex.F.rows",
            0,
            "leaves 0 of 2450 rows of sex=F to judge; as many rows at random would hold 2402",
        ),
        (
            "fairness",
            "fairness.rates.selected.attributes.sex.F",
            {"rows": 2400, "selected": 200},
            "sex=F is selected 0.34 times as often as M",
        ),
        ("lineage", "lineage.inputs.train.verified", False, "does not match its manifest"),
        ("lineage", "lineage.inputs.train.product", "other", "train is other, the spec says"),
        ("lineage", "lineage.inputs.train.snapshot", 0, "train has no snapshot"),
        ("lineage", "lineage.inputs.extra", {"product": "x"}, "extra is an input the spec"),
        (
            "lineage",
            "lineage.where",
            {"country": "FR"},
            "its rows are those where {'country': 'FR'}",
        ),
        ("artifact", "artifact.evaluated", "b" * 64, "the artifact evaluated was bbbbbbbbbbbb"),
        ("baseline", "baseline.columns", ["age"], "the baseline lacks sex"),
        ("exam", "exam.different", 3, "answers depend on how they are asked: 3 of 256 rows"),
        (
            "serving",
            "serving",
            {**GOOD["serving"], "origin": "unknown", "own": False},
            "is neither the recipe's nor in the training code as text that can be read whole",
        ),
        ("baseline", "baseline.rows", 8999, "the baseline has 8999 rows, training had 9000"),
    ],
)
def test_each_gate_alone_catches_its_defect_and_says_it_in_words(gate, path, value, words):
    evidence = mutated(path, value)
    assert said(evidence) == {**dict.fromkeys(GATES, PASS), gate: FAIL}
    assert words in summary(judge(evidence, MODEL))


@pytest.mark.parametrize(
    ("gate", "path", "value", "words"),
    [
        (
            "floor",
            "quality.metrics.auc.standard_error",
            0.05,
            "AUC 0.8500, lower bound 0.6891, is not shown to reach the floor 0.8: 31328 more rows",
        ),
        ("floor", "quality.metrics.auc.smaller", 20, "is not shown to reach the floor 0.8"),
        (
            "naive",
            "naive.difference.standard_error",
            0.3,
            "not shown to be better (+0.3500): the share of yes has AUC 0.5000",
        ),
        ("leakage", "leakage.columns.age", 0.93, "column age alone ranks the test split with AUC"),
        ("leakage", "leakage.pairs.auc", 0.95, "columns age and sex together, by their size"),
        ("leakage", "leakage.near.nearest.excess", 0.4, "40% of 500 test rows are nearer"),
        ("leakage", "leakage.alike.rows.observed", 300, "more equally than a random split would"),
        ("leakage", "leakage.near.repeated.test", 2000, "2000 of 4000 test rows equal another"),
        ("decisions", "decisions.classes.yes.right", 242, "is not shown to reach the floor 0.55"),
        (
            "coverage",
            "coverage.test.rows",
            4999,
            "the exam has 4999 rows, another number was judged",
        ),
        ("coverage", "coverage.label.classes", 1, "the label has one value"),
        (
            "fairness",
            "fairness.rates.selected.attributes.sex.F",
            {"rows": 2400, "selected": 495},
            "not shown to be 0.8",
        ),
    ],
)
def test_what_each_gate_cannot_settle_is_inconclusive_in_words(gate, path, value, words):
    evidence = mutated(path, value)
    assert said(evidence) == {**dict.fromkeys(GATES, PASS), gate: INCONCLUSIVE}
    assert words in summary(judge(evidence, MODEL))


def measured(value, error=0.005):
    """Evidence of another AUC, of which the naive model's is still one half."""
    auc = {**AUC, "value": value, "standard_error": error}
    gained = {**auc, "interval": "mean", "value": value - 0.5}
    return {
        **GOOD,
        "quality": {"rows": 5000, "metrics": {"auc": auc}},
        "naive": {"metric": "auc", "naive": 0.5, "difference": gained},
    }


def test_a_metric_below_the_floor_fails():
    assert said(measured(0.79)) == {**dict.fromkeys(GATES, PASS), "floor": FAIL}
    assert "AUC 0.7900, lower bound 0.7778, is below the floor 0.8" in summary(
        judge(measured(0.79), MODEL)
    )


def test_a_metric_at_the_floor_that_is_not_surely_so_says_how_many_rows_would_show_it():
    evidence = measured(0.805)
    assert said(evidence) == {**dict.fromkeys(GATES, PASS), "floor": INCONCLUSIVE}
    words = summary(judge(evidence, MODEL))
    assert "AUC 0.8050, lower bound 0.7928, is not shown to reach the floor 0.8:" in words
    more = int(words.partition(" more rows of the same kind")[0].rpartition(" ")[2])
    auc = {**AUC, "value": 0.805}
    for units, verdict in ((5000 + more, PASS), (5000 + int(0.9 * more), INCONCLUSIVE)):
        grown = {"units": units, "smaller": units * 1200 // 5000}
        grown["standard_error"] = 0.005 * math.sqrt(5000 / units)
        quality = {"rows": units, "metrics": {"auc": auc | grown}}
        assert said({**evidence, "quality": quality})["floor"] == verdict


def test_no_rows_more_show_a_floor_that_is_met_by_nothing_to_spare():
    assert said(measured(0.8)) == {**dict.fromkeys(GATES, PASS), "floor": FAIL}


def test_a_model_that_ranks_as_by_lot_is_no_better_than_the_naive_one():
    verdicts = {v.gate: v for v in judge(measured(0.5), MODEL)}
    assert verdicts["naive"].verdict == FAIL
    assert verdicts["naive"].reason == "no better (+0.0000): the share of yes has AUC 0.5000"
    assert said(measured(0.504))["naive"] == INCONCLUSIVE


def test_a_gain_over_the_naive_model_that_is_not_their_difference_is_no_evidence():
    for path in ("naive.naive", "naive.difference.value", "quality.metrics.auc.value"):
        assert said(mutated(path, 0.84))["naive"] == INCONCLUSIVE


def test_a_gain_by_another_metric_is_no_evidence():
    assert said(mutated("naive.metric", "brier"))["naive"] == INCONCLUSIVE
    assert said(mutated("champion.metric", "brier"))["champion"] == INCONCLUSIVE


def test_one_threshold_for_all_is_followed_by_everybody():
    single = dataclasses.replace(MODEL, task=Binary(label="left", positive="yes"))
    order = {"by": [], "groups": 1, "against": 0, "worst": "everybody"}
    assert said(GOOD, single)["decisions"] == INCONCLUSIVE
    assert said(mutated("decisions.order", order), single) == dict.fromkeys(GATES, PASS)
    against = mutated("decisions.order", order | {"against": 3})
    assert said(against, single) == {**dict.fromkeys(GATES, PASS), "decisions": FAIL}


def test_a_worse_challenger_is_refused_although_its_own_metric_is_good():
    lost = {**GOOD["champion"]["difference"], "value": 0.85 - 0.88}
    evidence = mutated("champion", {**GOOD["champion"], "champion": 0.88, "difference": lost})
    assert said(evidence)["champion"] == FAIL
    assert said(evidence)["floor"] == PASS


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("exam.again", 255, "255 of 5000 rows were asked twice, 256 are wanted"),
        ("exam.types.text/csv", 0, "no row was asked in text/csv"),
        ("champion.answers", "4" * 64, "answers the same rows otherwise than when it was judged"),
        ("champion.different", 1, "1 of its answers depend on how it is asked"),
    ],
)
def test_an_exam_that_shows_too_little_is_inconclusive(path, value, words):
    gate = path.partition(".")[0]
    evidence = mutated(path, value)
    assert said(evidence) == {**dict.fromkeys(GATES, PASS), gate: INCONCLUSIVE}
    assert words in summary(judge(evidence, MODEL))


def test_an_exam_of_few_rows_asks_all_of_them_twice():
    few = {**GOOD["exam"], "rows": 200, "again": 200}
    assert said(mutated("exam", few))["exam"] == PASS
    assert said(mutated("exam", few | {"again": 199}))["exam"] == INCONCLUSIVE


def alike(**changes):
    """Evidence of a challenger that answers as the champion does."""
    found = {**GOOD["champion"], "digest": "b" * 64, "challenger_answers": "2" * 64}
    return mutated("champion", found | changes)


@pytest.mark.parametrize("stored", ["none", f"{'5' * 64}:{'2' * 64}"])
def test_two_artifacts_that_answer_alike_are_compared_only_with_a_record_of_the_first(stored):
    assert said(alike())["champion"] == PASS
    assert said(alike(stored=stored))["champion"] == INCONCLUSIVE
    assert said(alike(stored=stored, digest=SHA))["champion"] == PASS, "it is the champion itself"
    assert "no record says" in summary(judge(alike(stored=stored), MODEL))


def test_what_the_champion_answered_to_other_rows_says_nothing():
    assert said(mutated("champion.stored", f"{'5' * 64}:{'6' * 64}"))["champion"] == PASS
    assert said(mutated("champion.stored", "none"))["champion"] == PASS


def test_serving_code_that_could_be_read_passes_and_is_told():
    own = {**GOOD["serving"], "origin": "training code", "own": False, "added": 4, "others": 1}
    verdicts = {v.gate: v for v in judge(mutated("serving", own), MODEL)}
    assert verdicts["serving"].verdict == PASS
    assert "4 lines added, 0 removed, 1 more files" in verdicts["serving"].reason
    assert "read it before you approve" in verdicts["serving"].reason


def test_a_difference_that_is_not_challenger_minus_champion_is_no_evidence():
    assert said(mutated("champion.difference.value", 0.01))["champion"] == INCONCLUSIVE


def test_none_approved_yet_passes_only_when_it_is_said():
    assert said(mutated("champion", {"state": "none"}))["champion"] == PASS
    for silent in ({}, {"state": ""}, {"state": "unknown"}, None):
        assert said(mutated("champion", silent))["champion"] == INCONCLUSIVE


@pytest.mark.parametrize("digest", ["", "abc", "A" * 64, None])
def test_a_baseline_that_nobody_can_find_by_its_bytes_is_no_evidence(digest):
    assert said(mutated("baseline.digest", digest))["baseline"] == INCONCLUSIVE


def test_the_judged_part_of_the_spec_is_all_that_the_gates_need():
    judged = parse_judged(judged_text(MODEL))
    assert not isinstance(judged, Model)
    for evidence in (
        GOOD,
        mutated("quality.metrics.auc.value", 0.6),
        mutated("lineage.where", {"a": "b"}),
    ):
        assert judge(evidence, judged) == judge(evidence, MODEL)


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate != "members"])
def test_missing_evidence_is_never_a_pass(gate):
    section = {"floor": "quality"}.get(gate, gate)
    without = {k: v for k, v in GOOD.items() if k != section}
    assert said(without)[gate] == INCONCLUSIVE
    assert not passed(judge(without, MODEL))


def leaves(tree, path=()):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        yield (*path, name)


UNREAD = {
    "execution",  # checked by the approval
    "quality.rows",  # people read it
    "fairness.errors",  # a yes-or-no question has none
    "coverage.contract_says_protected",  # of no matter to a model of all rows
}
GOOD_AS_WELL: list[tuple[str, object]] = [
    ("lineage.where", {}),  # what a model of all rows says
    ("coverage.groups", []),  # what a contract says that protects nobody
    ("coverage.label.alike", []),
    ("serving.own", True),
]


@pytest.mark.parametrize("path", [".".join(p) for p in leaves(GOOD)])
@pytest.mark.parametrize("value", [None, math.nan, math.inf, "", [], {}, -1, True])
def test_nonsense_anywhere_in_the_evidence_never_turns_into_more_passes(path, value):
    if path in UNREAD or (path, value) in GOOD_AS_WELL:
        return
    *parents, last = path.split(".")
    section = GOOD
    for name in parents:
        section = section[name]
    if section[last] == value and type(section[last]) is type(value):
        return  # this is good
    verdicts = judge(mutated(path, value), MODEL)
    assert not passed(verdicts), f"{path}={value!r} passed"


def test_evidence_of_another_model_is_inconclusive_throughout():
    assert set(said(mutated("model", "fraud")).values()) == {INCONCLUSIVE}
    assert set(said({}).values()) == {INCONCLUSIVE}


def test_no_protected_group_passes_only_with_a_reason_in_the_spec():
    rule = Fairness(exempt="machines have no gender")
    model = dataclasses.replace(MODEL, gates=dataclasses.replace(MODEL.gates, fairness=rule))
    verdict = next(v for v in judge(GOOD, model) if v.gate == "fairness")
    assert verdict.verdict == PASS
    assert "machines have no gender" in verdict.reason


@given(
    rows=st.integers(500, 20_000),
    other=st.integers(500, 20_000),
    share=st.floats(0.01, 0.99),
    confidence=st.floats(0.55, 0.999),
)
def test_the_lower_bound_lies_below_the_ratio_and_sinks_with_confidence(
    rows, other, share, confidence
):
    group = Group("a", rows, max(1, int(rows * share)))
    reference = Group("b", other, max(1, int(other * share)))
    bound = ratio_lower_bound(group, reference, confidence)
    assert bound <= ratio_lower_bound(group, reference, 0.51) + 1e-12
    assert bound > 0


def test_a_verdict_missing_or_said_twice_does_not_pass():
    verdicts = judge(GOOD, MODEL)
    assert not passed(verdicts[1:])
    assert not passed((*verdicts, verdicts[0]))
    assert not passed(())
