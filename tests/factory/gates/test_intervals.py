import pytest

from factory.gates.intervals import share_lower_bound, share_upper_bound

CLOPPER_PEARSON = [  # scipy.stats.beta.ppf
    (1, 10, 0.95, 0.0051161969, 0.3941633024),
    (9, 10, 0.975, 0.5549838830, 0.9974714215),
    (193, 200, 0.975, 0.9292190016, 0.9858144741),
    (3000, 3846, 0.95, 0.7687588612, 0.7909877883),
    (500_000, 1_000_000, 0.9999, 0.4981399987, 0.5018600013),
]


@pytest.mark.parametrize(("hits", "rows", "confidence", "low", "high"), CLOPPER_PEARSON)
def test_the_bounds_are_those_of_clopper_and_pearson(hits, rows, confidence, low, high):
    assert share_lower_bound(hits, rows, confidence) == pytest.approx(low, abs=1e-7)
    assert share_upper_bound(hits, rows, confidence) == pytest.approx(high, abs=1e-7)


def test_none_and_all_have_one_bound_only():
    assert share_lower_bound(0, 10, 0.95) == 0
    assert share_upper_bound(10, 10, 0.95) == 1
    assert share_upper_bound(0, 10, 0.95) == pytest.approx(1 - 0.05**0.1)
    assert share_lower_bound(10, 10, 0.95) == pytest.approx(0.05**0.1)
