"""Attacks where rows repeat each other by right: 20,000 policies in 500 cells of a tariff."""

import pytest

from factory.gates import FAIL, PASS
from tests.pipelines.tariff import TARIFF, judged, leaks, policies, with_copies
from tests.redteam.offline import LEDGER


@pytest.mark.attack("exam rows are learned from, among rows that repeat each other by right")
@pytest.mark.parametrize(
    ("share", "times", "later"), [(0.6, 1, 0.0), (1.0, 1, 0.0), (1.0, 4, 0.0), (1.0, 1, 0.4)]
)
def test_copies_among_rows_that_repeat_are_seen_by_their_labels(share, times, later, stopped):
    for seed in range(2):
        train, test = policies(14_000, 300 + seed), policies(6000, 400 + seed, later)
        train = with_copies(train, test, int(share * test.num_rows), times)
        verdict, _ = judged(TARIFF, train, test)
        assert verdict.verdict == FAIL
        assert "their labels agree more than those of different rows do" in verdict.reason
    stopped(verdict.reason, LEDGER)


@pytest.mark.attack("a quarter of the exam is learned from, among rows that repeat each other")
def test_copies_of_a_quarter_are_seen_by_how_equally_both_splits_hold_rows(stopped):
    """Of sixty such attacks 21 went unseen; where the splits are of two years, most would."""
    found = []
    for seed in range(6):
        train, test = policies(14_000, 300 + seed), policies(6000, 400 + seed)
        verdict, _ = judged(TARIFF, with_copies(train, test, 1500), test)
        found.append(verdict)
    refused = [verdict for verdict in found if verdict.verdict != PASS]
    assert len(refused) >= 4
    assert all("in both splits more equally than a random split" in v.reason for v in refused)
    stopped(refused[0].reason, LEDGER)


@pytest.mark.attack("rows of the exam are learned from under their own keys")
def test_a_row_of_the_exam_teaches_nothing_under_its_key(stopped):
    train, test = policies(14_000, 300), policies(6000, 400)
    assert judged(TARIFF, train, test)[1].num_rows == train.num_rows
    verdict = leaks(TARIFF, train.slice(0, 13_000), train.slice(12_990))
    assert verdict.verdict == FAIL
    assert verdict.reason.startswith("10 keys occur in both splits")
    stopped(verdict.reason, LEDGER)
