"""Which questions must a version be able to answer that knows its training data?"""

import dataclasses
import itertools
import json

import pytest

from factory.serving import probes
from factory.serving.rollout import Traffic
from tests.factory.serving.test_rollout import DONE, FELL_BACK, NOT_BEGUN, ON_ITS_WAY, V1, V2

NUMBER = {
    "kind": "number",
    "nulls": 0,
    "min": 17.0,
    "max": 90.0,
    "edges": [17.0, 30.0, 45.0, 90.0],
    "counts": [1, 2, 3],
}
CATEGORY = {"kind": "category", "nulls": 3, "levels": {"Private": 90, "Never-worked": 1}}
NEVER = {"kind": "number", "nulls": 9, "edges": [], "counts": []}
DOCUMENT = {
    "features": ["work", "age", "empty"],
    "baseline": {"columns": {"age": NUMBER, "empty": NEVER, "work": CATEGORY}},
}
USUAL = {"work": "Private", "age": 45.0, "empty": None}


def asked():
    return {case.name: case.row for case in probes.cases(DOCUMENT)}


def test_every_level_is_asked_for_also_the_rarest():
    assert asked()["work 'Never-worked'"] == {**USUAL, "work": "Never-worked"}


def test_nothing_is_asked_for_where_training_had_nothing():
    assert asked()["work None"] == {**USUAL, "work": None}
    assert "age None" not in asked()


def test_a_number_is_asked_for_at_its_ends_and_in_the_middle():
    assert [row["age"] for name, row in asked().items() if name.startswith("age")] == [17, 45, 90]


def test_a_column_that_was_always_empty_is_asked_for_empty():
    assert asked()["empty None"] == USUAL


def test_a_constant_column_is_asked_for_once():
    constant = {**NUMBER, "min": 1.0, "max": 1.0, "edges": [1.0, 1.1]}
    document = {"features": ["age"], "baseline": {"columns": {"age": constant}}}
    assert len(probes.cases(document)) == len({1.0, 1.1})


def test_every_row_has_every_feature_and_a_request_is_what_an_endpoint_takes():
    cases = probes.cases(DOCUMENT)
    rows = json.loads(probes.body(cases))["instances"]
    assert len(rows) == 7
    assert all(list(row) == DOCUMENT["features"] for row in rows)


def test_no_more_cases_are_made_than_can_be_asked_for_and_one():
    levels = {str(n): 1 for n in range(3 * probes.MOST)}
    column = {"kind": "category", "nulls": 0, "levels": levels}
    document = {"features": ["name"], "baseline": {"columns": {"name": column}}}
    assert len(probes.cases(document)) == probes.MOST + 1


class Version:
    """A version that fails on some cases, refuses others, and is reached every so many times."""

    def __init__(self, *, fails=(), refuses=(), every=1):
        self.fails, self.refuses, self.every = set(fails), set(refuses), every
        self.asked = []

    def __call__(self, asked):
        self.asked.append([case.name for case in asked])
        if len(self.asked) % self.every:
            return 200, "somebody else answered"
        names = {case.name for case in asked}
        if names & self.refuses:
            return 400, "no such thing"
        return (500, "broken") if names & self.fails else (200, "fine")


def many(number):
    return [probes.Case(name=f"case {n}", row={"n": n}) for n in range(number)]


def found(number, version):
    return {(f.name, f.status) for f in probes.findings(many(number), version)}


@pytest.mark.parametrize("number", [1, 2, 7, 500, 501, 1203])
def test_a_version_that_answers_everything_is_asked_for_every_case_in_a_few_requests(number):
    version = Version()
    assert found(number, version) == set()
    assert {name for asked in version.asked for name in asked} == {c.name for c in many(number)}
    assert max(map(len, version.asked)) <= probes.SIZE
    assert len(version.asked) == probes.REPEATS * -(-number // probes.SIZE)


@pytest.mark.parametrize("number", [1, 2, 3, 7, 120, 777])
@pytest.mark.parametrize("every", [1, 2, 3])
def test_every_case_that_fails_is_found_also_when_only_some_requests_reach_the_version(
    number, every
):
    guilty = {f"case {n}" for n in (0, number // 2, number - 1)}
    version = Version(fails=guilty, every=every)
    assert found(number, version) == {(name, 500) for name in guilty}


def test_a_case_that_is_refused_does_not_hide_one_that_fails():
    version = Version(fails={"case 7"}, refuses={"case 6", "case 90"})
    assert found(100, version) == {("case 7", 500), ("case 6", 400), ("case 90", 400)}


def test_one_guilty_case_of_many_is_found_in_few_requests():
    version = Version(fails={"case 77"})
    assert found(500, version) == {("case 77", 500)}
    assert len(version.asked) < 60


def test_a_failure_of_many_cases_together_that_none_has_alone_is_told_too():
    crowded = probes.findings(many(8), lambda asked: (500 if len(asked) > 4 else 200, "too many"))
    assert [str(f) for f in crowded] == ["- 8 cases together fails: status 500: too many"]


class Shaky:
    """Fails on every second request, as a machine that is replaced does."""

    def __init__(self, status):
        self.answers = itertools.cycle([(status, "not now"), (200, "fine")])

    def __call__(self, _asked):
        return next(self.answers)


@pytest.mark.parametrize("status", [500, 503, 0])
def test_one_failure_of_a_version_at_rest_is_not_its_own_if_it_answers_when_it_is_asked_again(
    status,
):
    assert probes.failures(many(3), Shaky(status), alone=True) == ([], 0)
    assert probes.failures(many(3), Shaky(status))[1] > 0


def test_what_a_version_at_rest_never_answers_it_fails_on():
    found_, failed = probes.failures(many(8), Version(fails={"case 5"}), alone=True)
    assert ([f.name for f in found_], failed) == (["case 5"], 1)


@pytest.mark.parametrize("status", [400, 415, 500, 503, 0])
def test_only_an_error_of_its_own_is_held_against_a_version(status):
    finding = probes.Finding(name="x", status=status, words="")
    assert finding.failed is (status not in {400, 415})


def test_no_more_failures_are_looked_for_than_are_enough():
    version = Version(fails={f"case {n}" for n in range(0, 400, 7)})
    found, failed = probes.failures(many(400), version)
    assert (len(found), failed) == (probes.ENOUGH, probes.ENOUGH)


def test_refusals_are_found_and_not_counted_as_failures():
    found, failed = probes.failures(many(10), Version(refuses={"case 1", "case 2"}))
    assert ({f.name for f in found}, failed) == ({"case 1", "case 2"}, 0)


MESSAGE = {"endpoint": "churn", "config": V2, "pause": 60, "until": 1000, "turn": 3}


@pytest.mark.parametrize(
    ("found", "now", "ask", "again"),
    [
        (ON_ITS_WAY, 0, True, True),
        (ON_ITS_WAY, 1000, True, False),
        (NOT_BEGUN, 0, False, True),
        (NOT_BEGUN, 1000, False, False),
        (None, 0, False, True),
        (DONE, 0, True, False),
        (FELL_BACK, 0, False, False),
    ],
)
def test_probes_go_on_until_the_update_has_ended_or_time_is_up(found, now, ask, again):
    plan = probes.plan(MESSAGE, found, now)
    assert plan.ask is ask
    assert plan.again == ({**MESSAGE, "turn": 4} if again else None)


def test_probes_of_what_is_no_longer_meant_end():
    assert probes.plan({**MESSAGE, "config": V1}, ON_ITS_WAY, 0) == probes.Round(
        ask=False, again=None
    )


@pytest.mark.parametrize(
    ("found", "rest", "traffic"),
    [
        (ON_ITS_WAY, False, Traffic.OLD),
        (dataclasses.replace(ON_ITS_WAY, traffic=Traffic.BOTH), False, Traffic.BOTH),
        (dataclasses.replace(ON_ITS_WAY, traffic=Traffic.NEW), False, Traffic.NEW),
        (DONE, True, Traffic.NEW),
    ],
)
def test_a_round_knows_who_may_answer(found, rest, traffic):
    plan = probes.plan(MESSAGE, found, 0)
    assert (plan.rest, plan.traffic) == (rest, traffic)
