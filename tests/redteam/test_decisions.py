"""Attacks on decisions: the scores are good, and yes and no are not made from them."""

import dataclasses

import numpy as np
import pytest

from factory.gates import FAIL, PASS
from models.income import MODEL
from tests.pipelines.cases import adult
from tests.redteam.offline import LEDGER, examined, honest


def by_lot(score, _selected):
    return np.random.default_rng(0).random(len(score)) < 0.25


def mostly_right(score, selected):
    """Decide one row in ten by lot."""
    lot = np.random.default_rng(0).random(len(score))
    return np.where(lot < 0.1, lot < 0.025, selected)


WAYS = {
    "selects everybody": (lambda score, _: np.ones(len(score), bool), "balanced accuracy 0.5000"),
    "selects nobody": (lambda score, _: np.zeros(len(score), bool), "balanced accuracy 0.5000"),
    "inverts every decision": (
        lambda _, selected: ~selected,
        "go against the score of their group",
    ),
    "decides by lot": (by_lot, "go against the score of their group"),
    "decides one row in ten by lot": (mostly_right, "go against the score of their group"),
    "selects the lowest scores": (lambda s, _: s <= np.quantile(s, 0.24), "go against the score"),
}


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.attack("a model with good scores decides otherwise than they say")
def test_decisions_that_do_not_come_from_the_scores_are_refused(name, stopped):
    decide, words = WAYS[name]
    candidate = honest()
    assert {v.verdict for v in candidate.judged().values()} == {PASS}
    answers = candidate.split.answers
    selected = decide(answers["score"], answers["selected"])
    found = candidate.answering(selected=selected).judged()["decisions"]
    assert found.verdict == FAIL
    assert words in found.reason
    stopped(f"{name}: {found.reason}", LEDGER)


@pytest.mark.attack("a model whose spec has one threshold decides by race all the same")
def test_a_threshold_for_a_group_that_the_spec_does_not_name_is_refused(stopped):
    single = dataclasses.replace(MODEL, task=dataclasses.replace(MODEL.task, thresholds="single"))
    found = honest().judged(single)["decisions"]
    assert found.verdict == FAIL
    assert "go against the score of their group (1 groups, most in everybody)" in found.reason
    stopped(found.reason, LEDGER)


@pytest.mark.attack("the spec leaves a protected group out of the exam")
@pytest.mark.parametrize("where", [{"race": "White"}, {"sex": "Male"}, {"relationship": "Husband"}])
def test_an_exam_without_a_protected_group_is_refused(where, stopped):
    features = tuple(c for c in MODEL.features if c not in where)
    fair = dataclasses.replace(MODEL.gates.fairness, attributes=("age",))
    model = dataclasses.replace(
        MODEL,
        where=where,
        features=features,
        gates=dataclasses.replace(MODEL.gates, fairness=fair),
    )
    found = examined(model, adult("test"))
    part = dataclasses.replace(model, where={"education": "Bachelors"}, features=("age",))
    assert examined(part, adult("test")).verdict == PASS
    assert found.verdict == FAIL
    assert "rows at random would hold" in found.reason
    stopped(found.reason, LEDGER)


@pytest.mark.attack("labels are spelled so that some of yes count as no")
def test_a_label_in_two_spellings_is_refused(stopped):
    test = adult("test")
    column = test.schema.get_field_index("income")
    labels = test["income"].to_pylist()
    labels[:3] = [">50k"] * 3
    found = examined(MODEL, test.set_column(column, "income", [labels]))
    assert found.verdict == FAIL
    assert "income has 2 spellings of one class: '>50K', '>50k'; land one of them" in found.reason
    stopped(found.reason, LEDGER)
