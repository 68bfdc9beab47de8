import math
from statistics import NormalDist

import numpy as np
import pytest

from factory.gates.estimates import Estimate
from factory.gates.multiple import MOST_LOOKS, benjamini_hochberg, spent
from factory.gates.significance import p_value
from factory.gates.verdict import Missing


def test_all_looks_together_spend_less_than_one_exam_may():
    looks = [1 - spent(0.95, look) for look in range(1, MOST_LOOKS + 1)]
    assert sum(looks) == pytest.approx(0.05 * MOST_LOOKS / (MOST_LOOKS + 1))
    assert looks == sorted(looks, reverse=True)


@pytest.mark.parametrize(("look", "z"), [(1, 1.96), (5, 2.94), (20, 3.67)])
def test_each_look_is_judged_more_strictly_than_the_last(look, z):
    assert NormalDist().inv_cdf(spent(0.95, look)) == pytest.approx(z, abs=0.006)


def test_there_is_no_look_before_the_first():
    with pytest.raises(ValueError, match="look 0; the first is 1"):
        spent(0.95, 0)


def test_candidates_that_are_no_better_seldom_pass_however_often_the_exam_is_looked_at():
    families, random = 2000, np.random.default_rng(5)
    z = random.normal(0, 1, (families, MOST_LOOKS))
    limits = [NormalDist().inv_cdf(spent(0.95, k)) for k in range(1, MOST_LOOKS + 1)]
    assert (z > limits).any(axis=1).mean() <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / families)


def test_the_published_example_selects_its_first_four():
    """Benjamini and Hochberg (1995), 3.2: fifteen tests of one study."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    found = benjamini_hochberg({str(n): p for n, p in enumerate(p)}, 0.05)
    assert found == {"0", "1", "2", "3"}


def test_a_larger_p_that_fits_selects_all_below_it():
    assert benjamini_hochberg({"a": 0.04, "b": 0.045, "c": 0.9}, 0.07) == {"a", "b"}


def test_a_member_without_evidence_is_counted_and_not_selected():
    members = {"a": 0.02, "b": 0.02}
    assert benjamini_hochberg(members, 0.05) == {"a", "b"}
    assert benjamini_hochberg({**members, **dict.fromkeys("cdef")}, 0.05) == set()


def test_a_family_of_nobody_selects_nobody():
    assert benjamini_hochberg({}, 0.05) == set()


@pytest.mark.parametrize("p", [math.nan, -0.1, 1.1])
def test_a_p_that_cannot_be_is_no_evidence(p):
    with pytest.raises(Missing, match="p of Lisbon is"):
        benjamini_hochberg({"Lisbon": p}, 0.05)


@pytest.mark.parametrize("shared", [0.0, 0.5])
def test_few_of_the_selected_are_no_better_also_where_members_share_their_days(shared):
    """Two hundred families of forty members, half of them no better, over twenty origins."""
    families, members, origins, random = 200, 40, 20, np.random.default_rng(7)
    truth = np.where(np.arange(members) % 2, 1.0, 0.0)
    noise = random.normal(0, 1, (families, origins, members))
    days = random.normal(0, 1, (families, origins, 1))
    gain = truth + math.sqrt(1 - shared) * noise + math.sqrt(shared) * days
    mean, error = gain.mean(axis=1), gain.std(axis=1, ddof=1) / math.sqrt(origins)
    better = (gain > 0).sum(axis=1)
    false = []
    for family in range(families):
        p = {}
        for m in range(members):
            found = Estimate(
                value=mean[family, m],
                standard_error=error[family, m],
                units=origins,
                interval="mean",
                better=int(better[family, m]),
                worse=origins - int(better[family, m]),
            )
            p[str(m)] = p_value(found, 0.0)
        selected = benjamini_hochberg(p, 0.05)
        false.append(sum(truth[int(m)] == 0 for m in selected) / max(len(selected), 1))
    assert np.mean(false) <= 0.05 + 3 * np.std(false) / math.sqrt(families)
