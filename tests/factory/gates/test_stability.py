"""Does one slice of which nothing is known fail, and a small or a good one not?"""

import pytest

from factory.catalogue.judged import Stability
from factory.gates import FAIL, INCONCLUSIVE, PASS
from tests.factory.gates.judging import mutations, said


def auc(value, error=0.02):
    return {
        "interval": "auc",
        "value": value,
        "standard_error": error,
        "units": 1000,
        "smaller": 400,
    }


def mean(value, error=0.02):
    return {"interval": "mean", "value": value, "standard_error": error, "units": 1000}


def ranked(level="a", value=0.8):
    return {"column": "plan", "level": level, "rows": 1000, "value": auc(value)}


def lost(level="a", gain=0.3, value=0.5):
    return {
        "column": "plan",
        "level": level,
        "rows": 1000,
        "value": mean(value),
        "gain": mean(gain),
    }


def section(*slices, metric="auc"):
    return {"metric": metric, "of": len(slices), "unmeasured": 0, "slices": list(slices)}


def test_slices_that_are_known_of_pass_and_the_worst_is_named():
    verdict = said("stability", section(ranked(), ranked("b", 0.7)))
    assert verdict.verdict == PASS, verdict.reason
    assert "worst: plan=b, AUC 0.7000" in verdict.reason


@pytest.mark.parametrize("value", [0.45, 0.2])
def test_a_slice_without_order_fails_by_its_name(value):
    verdict = said("stability", section(ranked(), ranked("b", value)))
    assert verdict.verdict == FAIL
    assert f"plan=b (1000 rows): AUC {value:.4f}" in verdict.reason
    assert "plan=a" not in verdict.reason


def test_a_slice_that_may_be_in_order_passes():
    assert said("stability", section(ranked(value=0.52))).verdict == PASS


@pytest.mark.parametrize(
    ("kind", "metric"),
    [("multiclass", "log_loss"), ("regression", "mae"), ("count", "deviance"), ("ranking", "ndcg")],
)
def test_a_slice_that_is_beyond_doubt_worse_than_nothing_fails(kind, metric):
    worse = section(lost(), lost("b", gain=-0.3), metric=metric)
    verdict = said("stability", worse, kind)
    assert verdict.verdict == FAIL
    assert "plan=b (1000 rows): worse by 0.3 than " in verdict.reason
    doubtful = section(lost(), lost("b", gain=-0.035), metric=metric)
    assert said("stability", doubtful, kind).verdict == PASS


def test_the_chance_of_a_wrong_word_is_shared_by_all_slices():
    one = lost("b", gain=-0.035)
    assert said("stability", section(one, metric="mae"), "regression").verdict == FAIL
    many = section(one, *(lost(f"c{n}") for n in range(50)), metric="mae")
    assert said("stability", many, "regression").verdict == PASS


def test_the_spec_may_ask_for_more():
    strict = Stability(at_most=0.3)
    found = section(lost(), metric="mae")
    assert said("stability", found, "regression").verdict == PASS
    assert said("stability", found, "regression", stability=strict).verdict == FAIL
    higher = Stability(at_least=0.9)
    assert said("stability", section(ranked()), stability=higher).verdict == FAIL


def test_many_bad_slices_are_not_all_told():
    verdict = said("stability", section(*(ranked(f"l{n}", 0.1) for n in range(6))))
    assert verdict.reason.endswith("; and 2 more")


def test_slices_smaller_than_the_spec_says_are_no_evidence():
    small = ranked() | {"rows": 400}
    assert said("stability", section(small)).verdict == INCONCLUSIVE


def test_another_metric_is_no_evidence():
    assert said("stability", section(ranked(), metric="brier")).verdict == INCONCLUSIVE


@pytest.mark.parametrize(("odd", "words"), list(mutations(section(lost(), lost(), metric="mae"))))
def test_nonsense_never_passes(odd, words):
    negative = words.endswith(("value.value=-1", "gain.value=-1")) and "gain" not in words
    verdict = said("stability", odd, "regression").verdict
    assert (verdict == PASS) == negative, words
