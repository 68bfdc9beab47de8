"""Does a run count as one of the definition that was in force when it began?"""

import pytest

from factory.catalogue.definition import Definition

NEW = Definition(recipe="boosting", digest="a" * 64, periods=())
MONDAY, TUESDAY, FRIDAY = (f"2026-03-0{day}T08:00:00.000+00:00" for day in (2, 3, 6))
BEFORE, AFTER = "2026-03-02T07:59:59.999+00:00", "2026-03-03T08:00:00.001+00:00"


@pytest.mark.parametrize(
    ("moment", "within"),
    [(BEFORE, False), (MONDAY, True), (TUESDAY, False), (AFTER, False), (FRIDAY, True)],
)
def test_a_period_includes_its_first_moment_and_not_its_last(moment, within):
    twice = NEW.began(MONDAY).ended(TUESDAY).began(FRIDAY)
    assert twice.in_force_at(moment) is within


def test_of_two_definitions_that_change_places_one_is_in_force_in_that_moment():
    old, new = NEW.began(MONDAY).ended(TUESDAY), NEW.began(TUESDAY)
    assert [each.in_force_at(TUESDAY) for each in (old, new)] == [False, True]


def test_a_definition_that_was_replaced_in_the_moment_it_came_was_never_in_force():
    assert not NEW.began(MONDAY).ended(MONDAY).in_force_at(MONDAY)


def test_what_begins_or_ends_again_stays_as_it_was():
    begun = NEW.began(MONDAY)
    assert begun.began(TUESDAY) == begun
    ended = begun.ended(TUESDAY)
    assert (ended.ended(FRIDAY), NEW.ended(FRIDAY)) == (ended, NEW)


def test_since_when_it_is_deployed_is_the_beginning_of_its_last_period():
    again = NEW.began(MONDAY).ended(TUESDAY).began(FRIDAY)
    assert [each.since for each in (NEW, NEW.began(MONDAY), again)] == ["", MONDAY, FRIDAY]


def test_a_definition_stays_revoked_when_it_is_deployed_again():
    revoked = Definition.of({**NEW.began(MONDAY).item(), "revoked": {"by": "person/grace"}})
    assert revoked.ended(TUESDAY).began(FRIDAY).revoked == {"by": "person/grace"}
