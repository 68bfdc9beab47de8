"""Does the gate tell expectations that come about from those that do not, and from too few rows?"""

import copy

import pytest

from factory.catalogue.judged import Calibration
from factory.gates import FAIL, INCONCLUSIVE, PASS
from tests.factory.gates.judging import mutations, said


def bias(value=0.002, error=0.005, units=1000):
    return {"interval": "mean", "value": value, "standard_error": error, "units": units}


def bins(*gaps):
    rows = 1000 // len(gaps)
    return [
        {"rows": rows, "expected": 0.3, "observed": 0.3 - gap, "standard_error": 0.01}
        for gap in gaps
    ]


def section(missed=None, gaps=(0.0,) * 10, held=900, promised=0.9, width=1.0):
    pair = {"rows": 1000, "scale": 0.4, "bias": missed or bias(), "bins": bins(*gaps)}
    inside = {"interval": "share", "hits": held, "units": 1000, "promised": promised}
    return {"pairs": [pair], "inside": inside, "width": {"mean": width, "naive": 1.5}}


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression", "count"])
def test_what_comes_about_as_expected_passes(kind):
    verdict = said("calibration", section(), kind)
    assert verdict.verdict == PASS, verdict.reason
    assert "0.002 more is expected than comes about in the mean" in verdict.reason


@pytest.mark.parametrize("value", [0.1, -0.1])
def test_a_mean_that_is_off_fails_to_either_side(value):
    verdict = said("calibration", section(bias(value)))
    assert verdict.verdict == FAIL
    side = "more" if value > 0 else "less"
    assert f"0.1 {side} is expected than comes about in the mean, 0.250 of" in verdict.reason


def test_a_mean_of_too_few_rows_says_how_many_more_would_show_it():
    verdict = said("calibration", section(bias(0.01, 0.05, 1000)))
    assert verdict.verdict == INCONCLUSIVE
    assert "6519 more rows would show it" in verdict.reason


def test_bins_that_are_off_to_both_sides_fail_although_the_mean_is_right():
    verdict = said("calibration", section(gaps=(0.12, -0.12) * 5))
    assert verdict.verdict == FAIL
    assert "miss by 0.230 of the naive model's error" in verdict.reason


def test_bins_within_their_noise_miss_by_nothing():
    assert said("calibration", section(gaps=(0.028, -0.028) * 5)).verdict == PASS


@pytest.mark.parametrize(
    ("held", "verdict", "words"),
    [
        (880, PASS, "intervals hold 0.880 of 1000 independent rows"),
        (855, INCONCLUSIVE, "more rows would show it"),
        (800, FAIL, "lower bound 0.778, at least 0.850"),
    ],
)
def test_intervals_must_hold_what_they_promise(held, verdict, words):
    found = said("calibration", section(held=held), "regression")
    assert (found.verdict, words in found.reason) == (verdict, True), found.reason


def test_intervals_so_wide_that_any_value_lies_in_them_fail():
    assert said("calibration", section(width=3.0), "regression").verdict == PASS
    verdict = said("calibration", section(width=3.1), "regression")
    assert verdict.verdict == FAIL
    assert "intervals are 3.1 wide in the mean, the naive model needs 1.5" in verdict.reason
    assert said("calibration", section(width=-1.0), "regression").verdict == INCONCLUSIVE


def test_intervals_of_another_promise_are_no_evidence():
    assert said("calibration", section(promised=0.5), "regression").verdict == INCONCLUSIVE


def test_a_kind_that_expects_nothing_has_nothing_to_calibrate():
    verdict = said("calibration", {}, "ranking")
    assert (verdict.verdict, verdict.reason[:14]) == (PASS, "not applicable")


def test_the_spec_says_how_far_is_too_far():
    off = section(bias(0.05))
    assert said("calibration", off).verdict == FAIL
    assert said("calibration", off, calibration=Calibration(max_bias=0.15)).verdict == PASS


@pytest.mark.parametrize(("odd", "words"), list(mutations(copy.deepcopy(section()))))
def test_nonsense_never_passes(odd, words):
    assert said("calibration", odd, "regression").verdict != PASS, words
