"""When is it told that an endpoint answers and captures nothing, and when is it no more?"""

from datetime import UTC, datetime

import pytest

from factory.reasons import LONGEST
from factory.reconciliation import captured, checks
from factory.reconciliation.captured import Captured
from tests.factory.reconciliation.cases import NAME, facts

NOON = datetime(2027, 1, 15, 12, tzinfo=UTC)
LONG_AGO = "2026-12-02T00:00:00+00:00"


def at(hour, minute=0, day=15):
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC)


def beginnings(moment, changed=LONG_AGO):
    return captured.beginnings(moment.timestamp(), changed)


def test_answers_count_when_their_captures_had_time_to_be_written():
    assert captured.until(at(12, 29).timestamp()) == at(12, 10)


def test_this_hour_is_looked_at_and_the_one_before_and_the_day():
    assert beginnings(at(12, 40)) == (at(12), at(11), at(12, day=14))
    assert captured.folder(at(12, 40)) == "2027/01/15/12"


def test_an_hour_that_has_just_begun_is_not_looked_at():
    assert beginnings(at(12, 15)) == (at(11), at(12, day=14))
    assert beginnings(at(12, 14)) == (at(11), at(10), at(11, day=14))


def test_nothing_counts_before_what_serves_came():
    assert beginnings(at(12, 40), at(11, 31).isoformat()) == (at(12), at(11, 35))
    assert beginnings(at(12, 40), at(12, 2).isoformat()) == (at(12, 5),)
    assert beginnings(at(12, 40), at(12, 21).isoformat()) == ()


@pytest.mark.parametrize(
    ("percent", "answered", "missing"),
    [(100, 0, False), (100, 1, True), (50, 19, False), (50, 20, True), (5, 269, False),
     (5, 270, True)],
)  # fmt: skip
def test_none_of_so_many_is_no_chance(percent, answered, missing):
    assert Captured(came=False, answered=answered, percent=percent).missing == missing


def captures(**changes):
    found = Captured(**{"came": True, "answered": 0, "percent": 100, **changes})
    return checks.differences(facts(captured=found), None).get(f"{NAME}/captures", "not told")


def test_captures_that_do_not_come_are_told_with_what_helps():
    found = captures(came=False, answered=12)
    assert found.what == "missing"
    assert f"the endpoint {NAME} has answered 12 requests or more and captured none" in found.reason
    assert "to put it right: see whether its role, the bucket of captures" in found.reason
    assert not found.reason.startswith("changed by hand")
    assert len(found.reason) <= LONGEST


def test_captures_that_came_lately_and_come_no_longer_are_told():
    assert captures(answered=1).what == "missing"


def test_captures_that_come_end_it_and_silence_without_traffic_does_not():
    assert captures() is None
    assert captures(came=False) == "not told"
    assert checks.differences(facts(), None).get(f"{NAME}/captures", "not told") == "not told"
