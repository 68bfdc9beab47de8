"""When is it proven that a configuration answers as it was judged?"""

import random

import pytest

from factory.serving import proof
from factory.serving.proof import ENOUGH, Proof, State, needed, share
from factory.serving.replay import Seen

ROUND = Seen(asked=12, telling=12, own=5)


def test_nothing_is_known_before_anything_was_asked():
    assert Proof.of(None).state is State.OPEN


def test_enough_answers_that_can_only_be_its_own_prove_it():
    one = Proof().add(Seen(asked=12, alone=ENOUGH), 1 / 3)
    assert one.state is State.PROVEN
    two = Proof().add(ROUND, 1 / 3)
    assert two.state is State.OPEN
    assert two.add(ROUND, 1 / 3).state is State.PROVEN


def test_answers_that_may_be_the_champion_s_prove_nothing():
    same = Proof()
    for _ in range(8):
        same = same.add(Seen(asked=12), 1 / 3)
    assert (same.state, same.failures) == (State.OPEN, 0)


def test_one_wrong_answer_refutes_it_for_good():
    wrong = Proof().add(Seen(asked=12, alone=11, wrong=("an answer that is neither",)), 1 / 3)
    assert wrong.state is State.REFUTED
    assert wrong.add(Seen(asked=12, alone=12), 1 / 3).state is State.REFUTED
    assert wrong.words == "1 of its probes fail; an answer that is neither"


def test_a_fleet_that_answers_as_the_champion_does_is_refuted_while_it_bakes():
    mimic = Proof()
    for _ in range(3):
        mimic = mimic.add(Seen(asked=12, telling=12), 1 / 3)
    assert mimic.state is State.REFUTED
    assert "36 answers that tell it from the champion 0 are its own" in mimic.why


@pytest.mark.parametrize("instances", [2, 3, 10])
def test_an_honest_canary_gets_as_many_answers_as_the_rule_demands(instances):
    dice, part = random.Random(instances), share(instances)
    for asked in (1, 10, 48, 200):
        least = needed(asked, part)
        lots = [sum(dice.random() < part for _ in range(asked)) for _ in range(500)]
        assert min(lots) >= least
    assert needed(200, part) > 0


@pytest.mark.parametrize(("asked", "part", "least"), [(0, 0.5, 0), (19, 0.5, 0), (20, 0.5, 1)])
def test_the_least_number_is_the_quantile_of_the_binomial_distribution(asked, part, least):
    assert needed(asked, part) == least  # 0.5 ** 20 is just below one in a million


def test_what_is_written_down_is_read_again():
    known = Proof().add(ROUND, 1 / 3).fail("it fails", 2)
    assert Proof.of({**known.item(), "pk": "config|x", "sk": "probing"}) == known


def test_the_words_are_cut_to_what_an_event_can_hold():
    assert len(Proof().fail("x" * 10_000).why) == proof.LONGEST


def test_no_failure_is_none():
    assert Proof().fail("it fails", 0) == Proof()


@pytest.mark.parametrize(("later", "late"), [(0, False), (1200, False), (1201, True)])
def test_evidence_is_overdue_some_time_after_the_endpoint_came_to_rest(later, late):
    assert proof.overdue("1970-01-01T00:00:10+00:00", 10 + later) is late
