"""Are answers refused that cannot be, are far off, or are all the same?"""

import pytest

from factory.catalogue.judged import Plausible
from factory.gates import FAIL, INCONCLUSIVE, PASS
from tests.factory.gates.judging import mutations, said

GOOD = {
    "rows": 1000,
    "tied": 10,
    "odd": {"no finite number": 0, "an expected count below 0": 0},
    "range": {"low": 0.0, "high": 9.0},
    "outside": 0,
}


def test_different_and_possible_answers_pass():
    verdict = said("answers", GOOD)
    assert (verdict.verdict, verdict.reason) == (
        PASS,
        "all answers are possible, and at most 10 of 1000 are alike",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tied": 501}, "501 of 1000 rows get one and the same answer"),
        ({"outside": 1}, "1 of 1000 answers are far from all that training knows"),
        ({"odd": {"an expected count below 0": 2}}, "2 answers have an expected count below 0"),
    ],
)
def test_each_defect_fails_in_words(change, words):
    verdict = said("answers", GOOD | change)
    assert verdict.verdict == FAIL
    assert words in verdict.reason


def test_the_spec_says_how_many_may_be_alike():
    assert said("answers", GOOD | {"tied": 700}, answers=Plausible(max_tied=0.8)).verdict == PASS


def test_answers_that_are_no_numbers_have_no_range():
    without = {name: GOOD[name] for name in ("rows", "tied", "odd")}
    assert said("answers", without).verdict == PASS


def test_answers_to_other_rows_are_no_evidence():
    assert said("answers", GOOD | {"rows": 999}).verdict == INCONCLUSIVE


@pytest.mark.parametrize(("odd", "words"), list(mutations(GOOD)))
def test_nonsense_never_passes(odd, words):
    verdict = said("answers", odd).verdict
    assert (verdict == PASS) == (words == "range.low=-1"), words
