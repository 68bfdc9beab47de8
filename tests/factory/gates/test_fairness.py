"""Is nobody left behind: not by a pair, a pool, a joint group or a spelling?"""

import dataclasses

import pytest

from factory.catalogue.spec import Fairness
from factory.gates import FAIL, INCONCLUSIVE, PASS, judge
from factory.gates.groups import Group, Pair, Pool, divided
from tests.factory.gates.test_gates import GOOD, MODEL

LARGE = {"W": (14000, 3300), "B": (1600, 380)}
RULE = Fairness(attributes=("sex",))
BOTH = Fairness(attributes=("sex", "age"))


def verdict(evidence, rule=RULE):
    model = dataclasses.replace(MODEL, gates=dataclasses.replace(MODEL.gates, fairness=rule))
    found = GOOD | {"fairness": {"rates": {"selected": evidence}, "errors": {}}}
    return next(v for v in judge(found, model) if v.gate == "fairness")


def of(**groups):
    counts = {name: {"rows": n, "selected": s} for name, (n, s) in groups.items()}
    return verdict({"attributes": {"sex": counts}})


def joint(counts):
    """Return the evidence of joint groups: (sex, age) to rows and selected."""
    listed = [
        {"levels": list(levels), "rows": rows, "selected": selected}
        for levels, (rows, selected) in counts.items()
    ]
    attributes = {
        name: {
            level: {n: sum(g[n] for g in listed if g["levels"][at] == level)
                    for n in ("rows", "selected")}
            for level in sorted({g["levels"][at] for g in listed})
        }
        for at, name in enumerate(BOTH.attributes)
    }  # fmt: skip
    return {"attributes": attributes, "joint": listed}


def test_equal_groups_pass_and_the_lowest_bound_is_said():
    found = of(**LARGE)
    assert found.verdict == PASS
    assert found.reason.startswith("lowest: sex=W is selected 0.99 times as often as B")


def test_the_group_with_the_highest_rate_is_compared_with_although_it_is_not_the_largest():
    found = of(W=(14000, 3300), B=(4000, 1320))
    assert found.verdict == FAIL
    assert "sex=W is selected 0.71 times as often as B" in found.reason


def test_two_groups_are_compared_although_neither_is_the_largest():
    found = of(W=(14000, 3300), B=(4000, 1060), C=(4000, 760))
    assert found.verdict == FAIL
    assert "sex=C is selected 0.72 times as often as B" in found.reason
    assert "as often as W" not in found.reason


def test_a_ratio_that_is_not_shown_is_inconclusive_and_says_how_many_rows_would_show_it():
    found = of(W=(14000, 3300), B=(600, 128))
    assert found.verdict == INCONCLUSIVE
    assert "not shown to be 0.8, " in found.reason
    rows = int(found.reason.rsplit(" rows of each", 1)[0].rsplit(" ", 1)[-1])
    more = of(W=(14000, 3300), B=(rows * 2, int(rows * 2 * 128 / 600)))
    assert more.verdict == PASS


def test_no_number_of_rows_shows_a_ratio_that_is_too_low_itself():
    found = of(W=(14000, 3300), B=(600, 108))
    assert (found.verdict, "no more rows show 0.8" in found.reason) == (INCONCLUSIVE, True)


def test_a_pool_does_not_average_opposites():
    found = of(**LARGE, X=(400, 40), Y=(400, 168))
    assert found.verdict == FAIL
    assert "sex=X is selected 0.24 times as often as Y" in found.reason


def test_a_pool_of_groups_that_are_unlike_is_inconclusive_with_its_parts():
    found = of(**LARGE, X=(260, 40), Y=(260, 75))
    assert found.verdict == INCONCLUSIVE
    assert "X+Y: these groups are too unlike to be judged as one (X 0.15 of 260" in found.reason


def test_a_pool_is_protected_and_is_no_yardstick():
    assert of(**LARGE, X=(300, 80), Y=(300, 86)).verdict == PASS
    assert of(**LARGE, X=(300, 45), Y=(300, 46)).verdict != PASS


def test_a_pool_that_stays_too_small_is_inconclusive():
    found = of(**LARGE, X=(300, 75))
    assert found.verdict == INCONCLUSIVE
    assert "sex=X: fewer than 500 rows even when pooled" in found.reason


def test_a_small_group_that_is_never_selected_fails_alone():
    found = of(**LARGE, X=(150, 0), Y=(600, 150))
    assert found.verdict == FAIL
    assert "sex=X is selected 0.00 times as often as" in found.reason


def test_a_handful_of_people_condemns_nobody():
    assert of(**LARGE, X=(8, 7), Y=(10, 0), Z=(490, 115)).verdict == PASS


def test_nobody_selected_is_never_a_pass():
    assert of(W=(14000, 0), B=(1600, 0)).verdict == INCONCLUSIVE
    assert of(W=(14000, 3300), B=(1600, 0)).verdict == FAIL


def test_there_is_no_ratio_to_a_group_of_whom_nobody_is_selected():
    assert "is selected while nobody of" in of(W=(14000, 0), B=(1600, 0)).reason


@pytest.mark.parametrize(
    ("other", "name"),
    [
        ("w", "case"),
        ("W ", "a blank"),
        ("\uff37", "width"),
        ("W\u200b", "an invisible letter"),
    ],
)
def test_spellings_of_one_level_are_refused(other, name):
    counts = {"W": {"rows": 7000, "selected": 1650}, other: {"rows": 7000, "selected": 1650}}
    found = verdict({"attributes": {"sex": counts}})
    assert found.verdict == FAIL, name
    assert "sex has 2 spellings of one level" in found.reason


def test_look_alikes_dashes_and_blanks_are_one_level_and_signs_are_not():
    same = [("cat", "\u0441\u0430t"), ("a-b", "a\u2013b"), ("a b", "a_b"), ("(missing)", " ")]
    same += [("how", "\u04bb\u0585\u051d"), ("gun", "\u0581\u057d\u0578")]
    for pair in same:
        counts = {name: {"rows": 5000, "selected": 1200} for name in pair}
        assert verdict({"attributes": {"sex": counts}}).verdict == FAIL, pair
    for pair in [("A+", "A-"), ("<=50K", ">50K"), ("0", "O")]:
        counts = {name: {"rows": 5000, "selected": 1200} for name in pair}
        assert verdict({"attributes": {"sex": counts}}).verdict == PASS, pair


def test_a_joint_group_that_is_never_selected_fails_although_all_marginals_are_fair():
    fair = {("F", "old"): (2000, 0), ("F", "young"): (2000, 1000),
            ("M", "old"): (2000, 1000), ("M", "young"): (2000, 0)}  # fmt: skip
    evidence = joint(fair)
    rates = {
        (a, level): counts["selected"] / counts["rows"]
        for a, levels in evidence["attributes"].items()
        for level, counts in levels.items()
    }
    assert set(rates.values()) == {0.25}
    found = verdict(evidence, BOTH)
    assert found.verdict == FAIL
    assert "sex and age=F, old is selected 0.00 times as often as" in found.reason


def test_large_joint_groups_must_show_their_ratio_and_smaller_ones_fail_beyond_doubt_only():
    def counts(old_women):
        return joint({("F", "old"): old_women, ("F", "young"): (4000, 960),
                      ("M", "old"): (4000, 970), ("M", "young"): (4000, 960)})  # fmt: skip

    assert verdict(counts((4000, 960)), BOTH).verdict == PASS
    assert verdict(counts((1100, 205)), BOTH).verdict == INCONCLUSIVE
    assert verdict(counts((900, 168)), BOTH).verdict == PASS
    assert verdict(counts((900, 60)), BOTH).verdict == FAIL


def test_joint_groups_that_do_not_add_up_are_no_evidence():
    evidence = joint({("F", "old"): (4000, 960), ("M", "young"): (4000, 960)})
    assert verdict(evidence, BOTH).verdict == PASS
    for broken in (
        {k: v for k, v in evidence.items() if k != "joint"},
        evidence | {"joint": []},
        evidence | {"joint": evidence["joint"][:1]},
        evidence | {"joint": [{**g, "selected": 0} for g in evidence["joint"]]},
        evidence | {"joint": [{**g, "levels": ["F"]} for g in evidence["joint"]]},
    ):
        assert verdict(broken, BOTH).verdict == INCONCLUSIVE


def test_groups_are_divided_by_rows_and_nobody_is_no_group():
    found = [Group("a", 600, 100), Group("b", 700, 200), Group("c", 10, 1), Group("d", 0, 0)]
    large, pool = divided(found, 500)
    assert [g.name for g in large] == ["b", "a"]
    assert pool == Pool((Group("c", 10, 1),))
    assert Pair(found[0], Group("e", 500, 0)).ratio is None
