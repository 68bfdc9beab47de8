"""Attacks where rows repeat each other by right: 20,000 policies in 500 cells of a tariff."""

import dataclasses

import pytest

from factory.catalogue import bounds
from factory.gates import FAIL
from models.income import MODEL as INCOME
from pipelines.steps import prepare
from tests.pipelines.cases import adult
from tests.pipelines.tariff import REASON, TARIFF, declared, judged, policies, with_copies
from tests.redteam.offline import LEDGER, TEST
from tests.redteam.test_leaks import copies


@pytest.mark.attack("exam rows are learned from, under the pretext that rows repeat each other")
@pytest.mark.parametrize(("share", "times"), [(0.6, 1), (1.0, 1), (1.0, 4)])
def test_copies_among_rows_that_repeat_are_seen_by_their_labels(share, times, stopped):
    for seed in range(3):
        train, test = policies(14_000, 300 + seed), policies(6000, 400 + seed)
        train = with_copies(train, test, int(share * test.num_rows), times)
        verdict, _ = judged(TARIFF, train, test)
        assert verdict.verdict == FAIL
        assert "their labels agree more than those of different rows do" in verdict.reason
    stopped(verdict.reason, LEDGER)


@pytest.mark.attack("rows are said to repeat each other in data where they do not")
def test_a_row_of_the_exam_that_is_like_few_others_is_never_learned_from(stopped):
    test = prepare.labelled(adult("test").slice(0, TEST), INCOME)
    honest = prepare.labelled(adult("train").slice(0, 3000), INCOME)
    taught = copies()(honest)
    left = prepare.unseen(taught, test, INCOME.features, REASON)
    assert left.num_rows <= honest.num_rows
    assert not any(key.startswith("copy-") for key in left[INCOME.key].to_pylist())
    stopped(f"{taught.num_rows - left.num_rows} rows are dropped before training", LEDGER)


@pytest.mark.attack("a word in place of a reason lets rows be in both splits")
def test_a_reason_is_demanded(stopped):
    rule = dataclasses.replace(INCOME.gates.leakage, repeats="because")
    model = dataclasses.replace(INCOME, gates=dataclasses.replace(INCOME.gates, leakage=rule))
    (words,) = bounds.violations(model)
    assert words.startswith("gates.leakage.repeats: 7 characters, which")
    assert not list(bounds.violations(declared(INCOME)))
    stopped(words, "a refusal of `factory check` and of the deploy")
