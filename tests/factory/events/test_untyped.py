"""Does an event say what, by whom and why, and does it happen once?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.errors import MalformedEvent
from factory.events.untyped import UntypedEvent as Event

EVENT = Event(
    type="model.deployed",
    subject="model/income/1",
    actor="function/deployment_outcome",
    reason="it serves",
    key="config-1",
    detail={"config": "config-1"},
)


def test_an_event_comes_back_from_its_envelope():
    assert Event.from_envelope({"detail-type": EVENT.type, "detail": EVENT.body()}) == EVENT


@pytest.mark.parametrize("name", ["type", "subject", "actor", "reason", "key"])
def test_an_event_without_who_what_or_why_is_refused(name):
    fields = {**EVENT.__dict__, name: ""}
    with pytest.raises(MalformedEvent, match=f"{name} is empty"):
        Event(**fields)


@pytest.mark.parametrize("name", ["subject", "actor", "reason", "key", "detail"])
def test_an_envelope_that_lacks_a_field_is_named(name):
    body = {k: v for k, v in EVENT.body().items() if k != name}
    with pytest.raises(MalformedEvent, match=f"model.deployed: the envelope has no '{name}'"):
        Event.from_envelope({"detail-type": EVENT.type, "detail": body})


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_identity_depends_on_what_happened_and_not_on_how_it_is_told(reason, actor):
    told = Event(**{**EVENT.__dict__, "reason": reason, "actor": actor})
    assert told.id == EVENT.id
    assert Event(**{**EVENT.__dict__, "key": EVENT.key + reason}).id != EVENT.id
