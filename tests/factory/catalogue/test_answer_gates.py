"""Are thresholds of calibration, slices and answers refused that ask nothing, or cannot be?"""

import pytest

from factory.catalogue.judged import Calibration, Plausible, Stability
from factory.catalogue.judged_rules import violations
from tests.factory.gates.judging import model


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"calibration": Calibration(max_bias=0.6)}, "gates.calibration.max_bias: 0.6 is not in"),
        ({"calibration": Calibration(max_gap=0.0)}, "gates.calibration.max_gap: 0.0 is not in"),
        ({"calibration": Calibration(max_missed=-1)}, "gates.calibration.max_missed: -1 is not"),
        ({"calibration": Calibration(confidence=1)}, "gates.calibration.confidence: 1 is not in"),
        ({"stability": Stability(min_rows=5)}, "gates.stability.min_rows: 5 is below 20"),
        (
            {"stability": Stability(at_most=0.5)},
            "at_most: auc is a score; set at_least, or nothing",
        ),
        (
            {"stability": Stability(at_least=0.4)},
            "gates.stability.at_least: 0.4 is not in [0.5, 1)",
        ),
        ({"answers": Plausible(max_tied=1)}, "gates.answers.max_tied: 1 is not in (0, 1)"),
    ],
)
def test_a_threshold_that_cannot_be_is_refused_by_its_name(rules, words):
    assert words in "; ".join(violations(model("binary", **rules)))


def test_an_error_has_a_greatest_value_in_each_slice():
    found = list(violations(model("regression", stability=Stability(at_least=1.0))))
    assert "gates.stability.at_least: mae is an error; set at_most, or nothing" in found


def test_thresholds_of_each_kind_within_reason_are_taken():
    strict = model("regression", stability=Stability(at_most=3.0), answers=Plausible(max_tied=0.1))
    assert not [words for words in violations(strict) if "floor" not in words]
