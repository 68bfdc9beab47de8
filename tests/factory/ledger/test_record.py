"""Is every message kept, as the event that it is or as what was set aside?"""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.events.audit import ContentConflict, EventRefused, MessageQuarantined
from factory.events.envelope import identity
from factory.events.people import ModelApproved
from factory.events.training import ModelTrained
from factory.ledger import chain, record
from tests.factory.ledger.ledgers import NOW, event
from tests.lambdas.messages import message

ENVELOPE = event(1)
BODY = ENVELOPE["detail"]
PLAIN = {name: BODY[name] for name in BODY if name != "id"}


def received(body):
    return record.received(message(body), NOW.timestamp())


def nested(depth):
    value = "end"
    for _ in range(depth):
        value = {"a": value}
    return value


def told(**changes):
    return {**ENVELOPE, "detail": {**PLAIN, **changes}}


def test_an_event_is_kept_with_an_id_of_its_own():
    kept = received({**ENVELOPE, "detail": PLAIN})
    assert (kept.record, kept.problem) == (
        {
            "id": identity("modelworks.run_events", ModelTrained.TYPE, "model/income", "1"),
            "type": ModelTrained.TYPE,
            "time": "2026-11-12T00:00:00Z",
            "source": "modelworks.run_events",
            **PLAIN,
        },
        "",
    )


def test_fields_that_this_version_does_not_know_are_kept_too():
    detail = {**BODY["detail"], "added": {"later": [1]}}
    assert received(told(detail=detail)).record["detail"] == detail


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("not JSON at all", "it is not JSON (JSONDecodeError)"),
        ("[]", "event is [], which is not an object"),
        ("17", "event is 17"),
        ("[" * 100_000, "it is 100000 levels deep, and 32 are allowed"),
        ("x" * 262_145, "it has 262145 characters"),
        ({"detail-type": ModelTrained.TYPE}, "model.trained: the body is None"),
        (ENVELOPE | {"time": 5}, "model.trained: time is 5"),
        (told(reason=""), "model.trained: reason is empty"),
        (told(subject=5), "model.trained: subject is 5"),
        (told(detail=[]), "model.trained: detail is []"),
        (told(id=5), "model.trained: id is 5"),
        (told(detail={"x": float("nan")}), "NaN is not a number of JSON"),
        (told(detail={"x": float("inf")}), "Infinity is not a number of JSON"),
        (json.dumps(ENVELOPE).replace('"a', "1e400,", 0).replace('"arn:execution"', "1e400"),
         "a number is not finite"),
        (told(detail={"x": 10**400}), "a whole number is beyond"),
        (told(detail={"x": 2**53}), "a whole number is beyond"),
        (told(detail=nested(31)), "33 levels deep"),
        (told(detail=nested(300)), "302 levels deep"),
        (told(subject="\ud800"), "half of a surrogate pair"),
        (told(detail={"\udfff": 1}), "half of a surrogate pair"),
        (json.dumps(ENVELOPE).replace('"key": "1"', '"key": "1", "key": "2"'), "one key twice"),
        (told(detail={"x": [0] * 20_001}), "more than 20000"),
    ],
)  # fmt: skip
def test_what_is_not_an_event_is_quarantined_without_its_content(body, problem):
    text = body if isinstance(body, str) else json.dumps(body)
    found = received(body)
    kept = found.record
    assert (kept["type"], kept["source"]) == (MessageQuarantined.TYPE, "modelworks.audit_log")
    assert kept["actor"] == "function/audit_log"
    assert kept["detail"] == {"sender": "AROAEXAMPLE:sender", "size": len(text)}
    assert kept["key"] == chain.digest(text.encode())
    assert kept["time"] == "2023-11-14T22:13:20.000Z"
    assert set(kept) == chain.FIELDS
    assert problem in found.problem
    assert found.text == text


@pytest.mark.parametrize(
    ("envelope", "words"),
    [
        (ENVELOPE | {"detail-type": "model.invented"}, "no event has this type"),
        (ENVELOPE | {"detail-type": MessageQuarantined.TYPE}, "its source may not say"),
        (ENVELOPE | {"detail-type": EventRefused.TYPE, "source": "modelworks.audit_log"},
         "its source may not say"),
        (ENVELOPE | {"source": "modelworks.promote"}, "its source may not say"),
        (ENVELOPE | {"source": "modelworks."}, "its source may not say"),
        (ENVELOPE | {"source": "elsewhere.run_events"}, "its source may not say"),
        (told(actor="person/grace"), "may not say that of this actor"),
        (told(actor="function/promote"), "may not say that of this actor"),
        (told(actor="grace"), "may not say that of this actor"),
        (told(detail={}), "it lacks what its type promises"),
        (told(subject="model/income/7"), "it lacks what its type promises"),
        (told(id="forged"), "its id is not its own"),
        (event(1, time="2020-01-01T00:00:00Z"), "more than 33 days before"),
        (event(1, time="2026-11-12T00:06:00Z"), "after it was recorded"),
        (event(1, time="soon"), "its time is no time"),
    ],
)  # fmt: skip
def test_what_may_not_be_said_is_refused_in_words(envelope, words):
    found = received(envelope)
    assert found.record["type"] == EventRefused.TYPE
    assert words in found.record["reason"]
    detail = found.record["detail"]
    assert detail["type"] == envelope["detail-type"]
    assert detail["claimed_source"] == envelope["source"]
    assert detail["claimed_actor"] == envelope["detail"]["actor"]


def test_nothing_of_a_sentence_that_is_refused_gets_into_the_ledger():
    row = "Jane Doe, 39, jane@example.org; 4,000"
    found = received(
        {**told(actor=row, reason=row, subject=row), "detail-type": row, "source": row}
    )
    assert found.record["type"] == EventRefused.TYPE
    assert "Jane" not in json.dumps(found.record)
    quarantined = received(f"{row} [")
    assert "Jane" not in json.dumps(quarantined.record)
    assert "jane" in quarantined.text


def test_another_content_under_a_known_id_is_a_conflict():
    kept, other = received(ENVELOPE), received(told(reason="it was great"))
    assert kept.id == other.id
    found = other.conflicting(chain.content(kept.record))
    assert found.record["type"] == ContentConflict.TYPE
    assert found.record["detail"] == {
        "sender": "AROAEXAMPLE:sender",
        "size": len(other.text),
        "event": kept.id,
        "kept": chain.content(kept.record),
        "other": chain.content(other.record),
    }
    assert found.text == other.text


def test_whatever_is_kept_can_be_written_and_read_again():
    found = [
        received(body).record for body in (ENVELOPE, "not JSON at all", "\ud800", told(id="x"))
    ]
    data = chain.after(chain.Head(), found, recorded_at="now").readable()
    assert list(chain.decode(data).events) == found


TEXTS = st.text(max_size=8) | st.sampled_from(
    [
        ModelTrained.TYPE,
        ModelApproved.TYPE,
        "modelworks.run_events",
        "person/grace",
        "model/m/1",
        "0001",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["detail-type", "source", "time", "detail"]
SAID = ["id", "subject", "actor", "reason", "key", "detail"]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_message_is_an_error(data):
    """Whatever comes is kept or set aside: one message that raised would stop all others."""
    envelope = {**ENVELOPE, "detail": dict(BODY)}
    for name in data.draw(st.sets(st.sampled_from(FIELDS))):
        envelope[name] = data.draw(JSON)
    if isinstance(envelope["detail"], dict):
        for name in data.draw(st.sets(st.sampled_from(SAID))):
            envelope["detail"][name] = data.draw(JSON)
    found = received(json.dumps(envelope))
    assert set(found.record) == chain.FIELDS
    chain.after(chain.Head(), [found.record], recorded_at="now").readable()


@pytest.mark.parametrize(
    "time",
    [
        *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-12T00:00:00+01:00"),
        *("2026-W46-4", "20261112T000000Z", "2026-11-12", "\u0662026-11-12T00:00:00Z"),
    ],
)
def test_a_time_in_another_spelling_is_set_aside_or_kept_and_never_an_error(time):
    assert received(event(1, time=time)).problem or time == "20261112T000000Z"
