"""Is every difference told once, and is it told when it is over, wherever the work breaks off?"""

from itertools import pairwise

import pytest

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.incidents import differences
from factory.incidents.differences import Difference, Save, Tell, effects

OVER = "it is as deployed again"


def differs(what="State: DISABLED", reason="changed by hand: somebody"):
    return Difference(thing="1/s/R", about="stack/s", what=what, reason=reason)


class Table:
    """One item, which is written only over the revision that was read, and the events told."""

    def __init__(self):
        self.item, self.told = None, []

    def check(self, found, *, steps=99):
        """Do the first *steps* of what is to be done when the thing is found so."""
        before = differences.of(self.item) if self.item else None
        for effect in effects(before, found, over=OVER)[:steps]:
            if isinstance(effect, Tell):
                self.told.append(effect.record.event("respond"))
            else:
                assert effect.read == (self.item["revision"] if self.item else 0)
                self.item = effect.record.item()

    def course(self):
        """Return each event once, in the order in which they were first told."""
        first = {event.id: event for event in self.told}
        return [(type(e).__name__, e.incident, e.reason) for e in first.values()]


A, B, FINE = differs(), differs("State: ENABLED, Target gone"), None
COURSES = {
    "nothing differs": ([FINE, FINE], []),
    "it differs and stays so": ([A, A, A], ["+1"]),
    "it is undone": ([A, FINE, FINE], ["+1", "-1"]),
    "it comes back": ([A, FINE, A, A], ["+1", "-1", "+5"]),
    "it differs in another way": ([A, B, B], ["+1", "-1", "+5"]),
    "that is undone too": ([A, B, FINE], ["+1", "-1", "+5", "-5"]),
}


def short(course):
    return [("+" if kind == "IncidentOpened" else "-") + i.split("/")[-1] for kind, i, _ in course]


@pytest.mark.parametrize(("seen", "told"), COURSES.values(), ids=COURSES)
def test_each_difference_is_an_incident_that_is_closed(seen, told):
    table = Table()
    for found in seen:
        table.check(found)
    assert short(table.course()) == told
    assert len(table.told) == len(told)


@pytest.mark.parametrize("breaks", range(7))
@pytest.mark.parametrize(("seen", "told"), COURSES.values(), ids=COURSES)
def test_a_crash_between_any_two_steps_loses_and_doubles_nothing(seen, told, breaks):
    table = Table()
    for found in seen:
        table.check(found, steps=breaks)
        table.check(found)
    assert short(table.course()) == told


@pytest.mark.parametrize("breaks", range(1, 3))
def test_what_was_to_be_told_is_told_even_if_it_is_over_by_then(breaks):
    table = Table()
    table.check(A, steps=breaks)
    table.check(FINE)
    assert [type(e) for e in table.told[-2:]] == [IncidentOpened, IncidentClosed]
    assert [e.reason for e in table.told[-2:]] == ["changed by hand: somebody", OVER]


def test_who_did_it_is_no_other_difference():
    table = Table()
    for reason in ("changed by hand: somebody", "changed by hand: alan, by DisableRule"):
        table.check(differs(reason=reason))
    assert [e.reason for e in table.told] == ["changed by hand: somebody"]


def test_the_events_name_the_thing_by_the_incident():
    opened, closed = (
        differences.Record(
            thing="1/s/R",
            status=status,
            revision=4,
            number=3,
            about="model/m",
            what="w",
            reason="r",
        ).event("respond")
        for status in (differences.OPENING, differences.CLOSING)
    )
    assert (opened.subject, opened.incident) == ("model/m", "changed/1/s/R/3")
    assert (closed.subject, closed.incident) == ("model/m", "changed/1/s/R/3")
    assert opened.actor == closed.actor == "function/respond"


def test_every_step_is_written_over_the_one_before():
    for before, found in ((None, A), (A, FINE), (A, B)):
        table = Table()
        table.check(before)
        known = differences.of(table.item) if table.item else None
        saves = [e for e in effects(known, found, over=OVER) if isinstance(e, Save)]
        assert all(later.read == save.record.revision for save, later in pairwise(saves))
