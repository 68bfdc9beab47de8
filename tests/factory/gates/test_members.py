"""Is each member judged by itself, with false discovery held over all, and named where it must?"""

import json

import pytest

from factory import gates
from factory.catalogue.judged import Fairness, Floor, Gates, Judged, Members
from factory.catalogue.spec import Origins
from factory.gates import FAIL, INCONCLUSIVE, PASS
from factory.tasks.forecast import Forecast
from tests.factory.gates.judging import model as other_model
from tests.factory.gates.judging import mutations

BETTER = {"value": 0.3, "standard_error": 0.02, "units": 20, "better": 19, "worse": 1}
DOUBTFUL = {"value": 0.01, "standard_error": 0.02, "units": 20, "better": 11, "worse": 9}
WORSE = {"value": -0.3, "standard_error": 0.02, "units": 20, "better": 1, "worse": 19}
ALIKE = {"value": 0.0, "standard_error": 0.0, "units": 20, "better": 0, "worse": 0}
LACKING = dict.fromkeys(BETTER)


def model(fallback="", **rule):
    task = Forecast(
        series=("store", "item"),
        time="at",
        value="sold",
        step="day",
        horizon=7,
        fallback_model=fallback,
    )
    return Judged(
        name="thing",
        recipe="boosting",
        task=task,
        split=Origins(product="sales", count=20),
        features=(),
        gates=Gates(
            floor=Floor(at_most=1), fairness=Fairness(exempt="things"), members=Members(**rule)
        ),
    )


def section(*gains):
    return {
        "columns": ["store", "item"],
        "levels": [["s", f"i{place}"] for place in range(len(gains))],
        "unanswered": [0] * len(gains),
        **{name: [gain[name] for gain in gains] for name in BETTER},
    }


def said(found, *, look=1, spec=None):
    evidence = {"looks": {"look": look}, "members": json.loads(json.dumps(found))}
    return gates.judged("members", evidence, spec or model())


def test_a_family_of_members_of_which_most_are_better_passes_and_tells_of_all():
    verdict = said(section(*[BETTER] * 7, DOUBTFUL, WORSE, LACKING))
    assert verdict.verdict == PASS
    assert verdict.reason == (
        "7 of 10 members are shown better than the last season, "
        "1 lacks data (store=s, item=i9), 1 is shown worse (store=s, item=i8)"
    )
    assert verdict.facts["lacking"] == ["store=s, item=i9"]


def test_members_without_data_count_among_all():
    few = section(*[BETTER] * 4, *[LACKING] * 5)
    assert said(few).verdict == INCONCLUSIVE
    assert "of 9 that are learned 50% must be shown better" in said(few).reason


def test_members_that_are_not_shown_better_are_not_said_to_be_worse():
    verdict = said(section(BETTER, *[DOUBTFUL] * 9))
    assert verdict.verdict == INCONCLUSIVE
    assert "worse" not in verdict.reason


def test_a_family_fails_where_too_few_are_left_that_could_be_better():
    assert said(section(*[BETTER] * 4, *[WORSE] * 6)).verdict == FAIL
    assert said(section(*[BETTER] * 5, *[WORSE] * 5)).verdict == PASS


def test_one_lucky_member_of_many_is_not_shown_better():
    lucky = BETTER | {"value": 0.06, "better": 15, "worse": 5}
    alone, half = section(lucky), Members(at_least=0.01).at_least
    assert said(alone).verdict == PASS
    many = section(lucky, *[DOUBTFUL] * 30)
    assert said(many, spec=model(at_least=half)).verdict == INCONCLUSIVE


def test_the_rate_is_shared_by_all_looks():
    near = BETTER | {"value": 0.05, "better": 16, "worse": 4}
    assert said(section(near)).verdict == PASS
    assert said(section(near), look=5).verdict == INCONCLUSIVE
    assert said(section(near), spec=model(rate=0.005)).verdict == INCONCLUSIVE


def test_members_that_their_naive_model_serves_are_not_counted_where_the_spec_says_so():
    found = section(*[BETTER] * 4, *[ALIKE] * 6)
    assert said(found).verdict == INCONCLUSIVE
    verdict = said(found, spec=model("naive"))
    assert verdict.verdict == PASS
    assert "6 are served by it instead (store=s, item=i4; " in verdict.reason


def test_what_only_says_to_be_served_by_its_naive_model_is_counted():
    found = section(*[BETTER] * 4, *[ALIKE | {"better": 1, "worse": 1}] * 6)
    assert said(found, spec=model("naive")).verdict == INCONCLUSIVE


def test_a_model_that_is_nothing_but_its_naive_one_is_refused():
    assert said(section(*[ALIKE] * 9), spec=model("naive")).verdict == FAIL


def test_a_member_without_an_answer_fails_by_its_name():
    found = section(*[BETTER] * 9, LACKING)
    found["unanswered"][9] = 7
    verdict = said(found)
    assert verdict.verdict == FAIL
    assert verdict.reason == "1 is not answered in some rows (store=s, item=i9)"


def test_not_more_than_some_names_are_told():
    verdict = said(section(*[BETTER] * 40, *[LACKING] * 30))
    assert "item=i59 and 10 more)" in verdict.reason
    assert len(verdict.facts["lacking"]) == 20


def test_a_kind_without_members_has_nothing_to_judge():
    verdict = gates.judged("members", {}, other_model("binary"))
    assert verdict.verdict == PASS
    assert verdict.reason.startswith("not applicable")


def test_a_kind_with_members_needs_evidence_of_them():
    assert gates.judged("members", {"looks": {"look": 1}}, model()).verdict == INCONCLUSIVE


@pytest.mark.parametrize(
    ("name", "value"),
    [("columns", ["store"]), ("levels", [["s", "i0"]] * 3), ("levels", [["s"]] * 3)],
)
def test_members_of_other_columns_or_of_one_name_are_no_evidence(name, value):
    assert said(section(*[BETTER] * 3) | {name: value}).verdict == INCONCLUSIVE


def test_a_member_of_fewer_units_than_show_anything_is_no_evidence():
    few = BETTER | {"units": 11, "better": 11, "worse": 0}
    assert said(section(BETTER, few)).verdict == INCONCLUSIVE


@pytest.mark.parametrize(("odd", "words"), list(mutations(section(*[BETTER] * 3))))
def test_nonsense_never_passes(odd, words):
    assert said(odd).verdict != PASS, words


@pytest.mark.parametrize("name", BETTER)
@pytest.mark.parametrize("odd", [None, -1, "x", float("nan"), [], True])
def test_nonsense_of_one_member_never_passes(name, odd):
    found = section(*[BETTER] * 3)
    found[name][1] = odd
    evidence = {"looks": {"look": 1}, "members": found}
    negative = name == "value" and odd == -1
    verdict = gates.judged("members", evidence, model()).verdict
    assert (verdict != INCONCLUSIVE) == negative
