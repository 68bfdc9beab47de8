import numpy as np
import pytest

from pipelines.measure import thresholds
from pipelines.measure.refusal import Unanswerable

RATE = 0.25


@pytest.fixture
def people():
    """One group scores far lower than the other, and a third is small."""
    random = np.random.default_rng(5)
    sex = ["m"] * 3000 + ["f"] * 1500 + ["x"] * 90
    scores = random.random(len(sex)) * np.array([{"m": 1, "f": 0.4, "x": 0.7}[s] for s in sex])
    return scores, {"sex": sex}


def rates(scores, columns, found):
    selected = scores >= thresholds.of(columns, found, len(scores))
    sex = np.array(columns["sex"])
    return {s: float(selected[sex == s].mean()) for s in ("m", "f", "x")}


def test_every_large_group_is_selected_at_the_same_rate(people):
    scores, columns = people
    found = thresholds.fit(scores, RATE, columns, level_rows=1000)
    selected = rates(scores, columns, found)
    assert selected["m"] == pytest.approx(RATE, abs=0.001)
    assert selected["f"] == pytest.approx(RATE, abs=0.001)


def test_one_threshold_selects_groups_as_unequally_as_they_score(people):
    scores, columns = people
    selected = rates(scores, columns, thresholds.fit(scores, RATE, {}, level_rows=1000))
    assert selected["m"] > 0.3
    assert selected["f"] == 0


def test_a_group_too_small_for_a_quantile_has_the_threshold_of_all(people):
    scores, columns = people
    found = thresholds.fit(scores, RATE, columns, level_rows=1000)
    assert [g["levels"] for g in found["groups"]] == [["f"], ["m"]]
    row = {"sex": ["x"]}
    assert thresholds.of(row, found, 1).tolist() == [found["default"]]


def test_attributes_are_crossed_and_small_levels_pooled():
    random = np.random.default_rng(6)
    sex, race = (
        random.choice(["f", "m"], 4000),
        random.choice(["a", "b", "c"], 4000, p=[0.8, 0.1, 0.1]),
    )
    columns = {"sex": sex.tolist(), "race": race.tolist()}
    found = thresholds.fit(random.random(4000), RATE, columns, level_rows=1000)
    assert found["levels"] == {"sex": ["f", "m"], "race": ["a"]}
    assert [g["levels"] for g in found["groups"]] == [
        ["f", "(other)"],
        ["f", "a"],
        ["m", "(other)"],
        ["m", "a"],
    ]


def test_a_rare_level_belongs_to_the_pool_and_an_unknown_one_is_refused():
    found = {
        "attributes": ["race"],
        "levels": {"race": ["a"]},
        "known": {"race": ["", "a", "rare"]},
        "groups": [
            {"levels": ["a"], "threshold": 0.5},
            {"levels": ["(other)"], "threshold": 0.3},
        ],
        "default": 0.4,
    }
    columns = {"race": ["a", "rare", None]}
    assert thresholds.of(columns, found, 3).tolist() == [0.5, 0.3, 0.3]
    with pytest.raises(Unanswerable, match="row 2: race decides which threshold holds"):
        thresholds.of({"race": ["a", "never seen"]}, found, 2)


@pytest.mark.parametrize(("missed", "wrong"), [(1.0, 1.0), (10.0, 1.0), (1.0, 10.0)])
def test_what_is_selected_costs_least_of_all_that_could_be(missed, wrong):
    dice = np.random.default_rng(4)
    yes = dice.integers(0, 2, 400)
    scores = np.round(yes * 0.3 + dice.random(400), 2)
    costs = {
        limit: missed * (yes * (scores < limit)).sum()
        + wrong * ((1 - yes) * (scores >= limit)).sum()
        for limit in [*np.unique(scores), 9.0]
    }
    rate = thresholds.cheapest(scores, yes, missed, wrong)
    best = min(costs, key=costs.__getitem__)
    assert costs[best] == min(costs.values())
    assert rate in {(scores >= limit).mean() for limit in costs if costs[limit] == costs[best]}


def test_nobody_is_selected_where_every_yes_costs_more_than_a_no():
    assert thresholds.cheapest(np.arange(4.0), np.zeros(4, int), 1.0, 1.0) == 0
