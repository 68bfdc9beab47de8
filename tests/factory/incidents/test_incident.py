"""Is an incident what its events say, in whatever order they come, and who learns of it first?"""

from itertools import permutations

import pytest

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.incidents import incident
from factory.incidents.incident import Notify, Save

OPENED = IncidentOpened(
    actor="function/ingest",
    about="dataproduct/people",
    reasons=({"words": "age is missing"}, {"words": "too few rows"}),
    reason="today.csv.gz: age is missing",
    key="v1",
)
CLOSED = IncidentClosed(
    actor="function/respond",
    about="dataproduct/people",
    incident=OPENED.id,
    reason="a corrected file has landed",
    key="v1",
)


def course(*events):
    """Return the incident after *events*, and the effects of each, as names of their types."""
    now, seen = None, []
    for number, event in enumerate(events):
        effects = incident.effects(now, event, f"2026-11-{number + 1:02}T00:00:00Z")
        seen.append([type(effect).__name__ for effect in effects])
        now = next((e.incident for e in effects if isinstance(e, Save)), now)
    return now, seen


@pytest.mark.parametrize(
    ("events", "effects"),
    [
        ([OPENED], [["Notify", "Save"]]),
        ([OPENED, OPENED], [["Notify", "Save"], []]),
        ([OPENED, CLOSED], [["Notify", "Save"], ["Notify", "Save"]]),
        ([OPENED, CLOSED, CLOSED], [["Notify", "Save"], ["Notify", "Save"], []]),
        ([CLOSED, OPENED], [["Notify", "Save"], ["Notify", "Save"]]),
    ],
)
def test_people_are_notified_before_a_change_is_stored_and_of_nothing_else(events, effects):
    assert course(*events)[1] == effects


@pytest.mark.parametrize("order", list(permutations([OPENED, CLOSED, OPENED, CLOSED], 4)))
def test_in_any_order_it_is_closed_and_knows_why_it_was_opened(order):
    found, _ = course(*order)
    assert (found.status, found.closed_by, found.revision) == ("closed", "function/respond", 2)
    assert found.reasons == ("age is missing", "too few rows")


def test_people_read_what_changed_why_and_by_whom():
    notify, _ = incident.effects(None, OPENED, "2026-11-12T00:00:00Z")
    assert notify == Notify(
        "opened: dataproduct/people",
        "today.csv.gz: age is missing\n- age is missing\n- too few rows\n\n"
        f"incident {OPENED.id} is open; by function/ingest",
    )


def test_a_change_is_stored_only_at_the_revision_that_was_read():
    _, first = incident.effects(None, OPENED, "2026-11-12T00:00:00Z")
    assert (first.read, first.incident.revision) == (0, 1)
    _, second = incident.effects(first.incident, CLOSED, "2026-11-13T00:00:00Z")
    assert (second.read, second.incident.revision) == (1, 2)


@pytest.mark.parametrize("events", [[OPENED], [CLOSED], [OPENED, CLOSED]])
def test_an_incident_is_read_as_it_was_stored(events):
    found, _ = course(*events)
    assert incident.of(found.item()) == found


def test_what_is_not_known_is_not_stored():
    closed, _ = course(CLOSED)
    assert set(closed.item()) == {
        "pk",
        "status",
        "revision",
        "closed_at",
        "closed_because",
        "closed_by",
    }


def test_an_incident_has_the_id_that_its_event_names_or_that_of_the_event():
    named = IncidentOpened(
        actor="function/respond", about="model/m", reasons=(), incident="one", reason="r", key="k"
    )
    assert (incident.id_of(named), incident.id_of(OPENED)) == ("one", OPENED.id)
    assert incident.id_of(CLOSED) == OPENED.id
