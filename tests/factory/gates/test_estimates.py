import math

import pytest

from factory.gates import estimates
from factory.gates.verdict import Missing

MEAN = {"interval": "mean", "value": 0.2, "standard_error": 0.1, "units": 40}
AUC = {"interval": "auc", "value": 0.9, "standard_error": 0.02, "units": 400, "smaller": 30}
SHARE = {"interval": "share", "hits": 3, "units": 12}


def test_a_mean_counts_its_units():
    found = estimates.of(MEAN)
    assert (found.value, found.standard_error, found.units) == (0.2, 0.1, 40)
    assert (found.interval, found.size, found.better, found.worse) == ("mean", 40, None, None)


def test_a_difference_tells_in_how_many_units_it_is_better_and_worse():
    found = estimates.of({**MEAN, "better": 30, "worse": 8})
    assert (found.better, found.worse) == (30, 8)


def test_an_auc_and_a_difference_of_two_know_no_more_than_their_smaller_class():
    assert estimates.of(AUC).size == 30
    assert estimates.of({**AUC, "interval": "mean", "value": -0.1}).size == 30


def test_a_share_is_hits_of_units():
    found = estimates.of(SHARE)
    assert (found.value, found.units, found.size) == (0.25, 12, 12)
    assert found.standard_error == pytest.approx(math.sqrt(0.25 * 0.75 / 12))


def test_more_such_units_are_surer_of_the_same_value():
    found = estimates.of({**MEAN, "better": 30, "worse": 8}).of_units(160)
    assert (found.value, found.units, found.better, found.worse) == (0.2, 160, 120, 32)
    assert found.standard_error == pytest.approx(0.05)
    assert estimates.of(AUC).of_units(800).size == 60


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({**MEAN, "interval": "median"}, "interval is 'median', not one of mean, auc, share"),
        ({**MEAN, "interval": True}, "interval is True, not a text"),
        ({**MEAN, "value": math.nan}, "value is nan, not a finite number"),
        ({**MEAN, "value": True}, "value is True, not a finite number"),
        ({**MEAN, "value": "0.2"}, "value is '0.2', not a finite number"),
        ({**MEAN, "standard_error": -0.1}, r"a standard error of -0\.1 cannot be"),
        ({**MEAN, "standard_error": math.inf}, "standard_error is inf, not a finite number"),
        ({**MEAN, "units": 1}, "units is 1; 2 are needed"),
        ({**MEAN, "units": 40.5}, r"units is 40\.5, not a count"),
        ({**MEAN, "better": 30}, "worse is absent"),
        ({**MEAN, "worse": 30}, "better is absent"),
        ({**MEAN, "better": 30, "worse": 11}, "30 better and 11 worse of 40 units cannot be"),
        ({**MEAN, "smaller": 21}, "smaller is 21 of 40 units, not the rows of the smaller class"),
        ({**MEAN, "smaller": 20, "value": -1.1}, r"value is -1\.1, not a difference of two AUCs"),
        ({**AUC, "value": 1.1}, r"value is 1\.1, not in 0 to 1"),
        ({**AUC, "value": -0.1}, r"value is -0\.1, not in 0 to 1"),
        ({**AUC, "standard_error": -1}, "a standard error of -1.0 cannot be"),
        ({**AUC, "smaller": 1}, "smaller is 1 of 400 units"),
        ({**AUC, "smaller": 201}, "smaller is 201 of 400 units"),
        ({**SHARE, "hits": 13}, "13 hits of 12 units cannot be"),
        ({**SHARE, "hits": 0, "units": 0}, "0 hits of 0 units cannot be"),
        ({**SHARE, "hits": True}, "hits is True"),
    ],
)
def test_what_cannot_be_is_no_evidence(section, words):
    with pytest.raises(Missing, match=words):
        estimates.of(section)


@pytest.mark.parametrize("section", [MEAN, AUC, SHARE])
def test_each_field_must_be_there(section):
    for name in section:
        with pytest.raises(Missing, match=f"{name} is absent"):
            estimates.of({k: v for k, v in section.items() if k != name})
