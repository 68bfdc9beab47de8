from dataclasses import replace

import pytest

from factory.gates import bounds
from factory.gates.estimates import Estimate
from factory.gates.sample_size import fewest, needed
from factory.gates.significance import above, at_least, at_most

MEAN = Estimate(value=0.2, standard_error=0.2, units=12, interval="mean", better=8, worse=4)
SHARE = Estimate(value=0.8, standard_error=0.1, units=20, interval="share")
FEW = Estimate(value=0.9, standard_error=0.05, units=600, interval="auc", smaller=30)


@pytest.mark.parametrize(
    ("estimate", "limit", "shown"),
    [
        (MEAN, 0.0, at_least),
        (MEAN, 0.0, above),
        (MEAN, 0.5, at_most),
        (SHARE, 0.7, at_least),
        (SHARE, 0.9, at_most),
        (FEW, 0.85, at_least),
        (FEW, 0.88, at_least),
        (FEW, 0.95, at_most),
    ],
)
def test_as_many_more_settle_it_and_noticeably_fewer_do_not(estimate, limit, shown):
    assert not shown(estimate, limit, 0.95)
    more = needed(estimate, limit, 0.95, shown)
    assert shown(estimate.of_units(estimate.units + more), limit, 0.95)
    fewer = estimate.units + int(more * 0.9)
    assert not shown(estimate.of_units(fewer), limit, 0.95)


def test_few_units_are_told_exactly():
    more = needed(SHARE, 0.7, 0.95)
    assert bounds.lower(SHARE.of_units(20 + more), 0.95) >= 0.7
    assert bounds.lower(SHARE.of_units(19 + more), 0.95) < 0.7


def test_what_is_shown_needs_no_more():
    assert needed(SHARE, 0.5, 0.95) == 0


@pytest.mark.parametrize(
    ("estimate", "limit", "shown"),
    [
        (SHARE, 0.81, at_least),
        (SHARE, 0.8, at_least),
        (SHARE, 0.79, at_most),
        (FEW, 0.91, at_least),
        (MEAN, 0.3, at_least),
        (replace(MEAN, value=-0.1), 0.0, above),
    ],
)
def test_no_number_of_units_settles_what_the_value_itself_misses(estimate, limit, shown):
    assert needed(estimate, limit, 0.95, shown) is None


@pytest.mark.parametrize("confidence", [0.95, 0.975, 0.999])
@pytest.mark.parametrize("limit", [0.3, 0.5, 0.8, 0.95, 0.99])
@pytest.mark.parametrize("interval", ["share", "auc"])
def test_a_perfect_result_of_the_fewest_passes_and_of_one_less_does_not(
    interval, limit, confidence
):
    units = fewest(limit, confidence, interval)

    def passes(size):
        smaller = size if interval == "auc" else None
        perfect = Estimate(
            value=1, standard_error=0, units=2 * size, interval=interval, smaller=smaller
        )
        found = perfect if smaller else replace(perfect, units=size)
        return at_least(found, limit, confidence)

    assert passes(units)
    assert units == 1 or not passes(units - 1)


def test_any_two_losses_could_show_a_mean():
    assert fewest(0.0, 0.95, "mean") == 2


def test_everything_is_at_least_nothing_and_nothing_is_shown_to_be_all():
    assert fewest(0.0, 0.95, "share") == 1
    assert fewest(1.0, 0.95, "auc") is None
