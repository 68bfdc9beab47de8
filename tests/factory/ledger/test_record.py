"""Is every message kept, as the event that it is or as what it is instead?"""

import json

import pytest

from factory.events.audit import MessageQuarantined
from factory.events.training import ModelTrained
from factory.ledger import chain, record

BODY = {
    "subject": "model/income/1",
    "actor": "function/run_events",
    "reason": "the run succeeded",
    "key": "1",
    "detail": {"auc": 0.925},
}
ENVELOPE = {
    "detail-type": ModelTrained.TYPE,
    "source": "modelworks.run_events",
    "time": "2026-11-12T00:00:00Z",
    "detail": BODY,
}
ATTRIBUTES = {"SentTimestamp": "1700000000000", "SenderId": "AROAEXAMPLE:sender"}


def kept(body):
    text = body if isinstance(body, str) else json.dumps(body)
    return record.of_message({"body": text, "attributes": ATTRIBUTES})


def test_an_event_is_kept_with_an_id_of_its_own():
    assert kept(ENVELOPE) == {
        "id": chain.identity(ModelTrained.TYPE, "model/income/1", "1"),
        "type": ModelTrained.TYPE,
        "time": "2026-11-12T00:00:00Z",
        "source": "modelworks.run_events",
        **BODY,
    }


def test_an_event_of_a_type_that_nobody_knows_is_kept_like_all_others():
    found = kept(ENVELOPE | {"detail-type": "model.invented"})
    assert (found["type"], found["detail"]) == ("model.invented", {"auc": 0.925})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("not JSON at all", "JSONDecodeError"),
        ("[]", "MalformedEvent: event: the envelope has no 'detail-type'"),
        ("17", "TypeError"),
        ("[" * 100_000, "RecursionError"),
        ({"detail-type": ModelTrained.TYPE}, "MalformedEvent: model.trained: the body is None"),
        (ENVELOPE | {"time": 5}, "MalformedEvent: model.trained: time is 5"),
        (ENVELOPE | {"detail": BODY | {"id": "forged"}}, "MalformedEvent: model.trained: its id"),
        (ENVELOPE | {"detail": BODY | {"reason": ""}}, "MalformedEvent: model.trained: reason"),
        (ENVELOPE | {"detail": BODY | {"subject": 5}}, "MalformedEvent: model.trained: subject"),
        (ENVELOPE | {"detail": BODY | {"detail": []}}, "MalformedEvent: model.trained: detail"),
        (ENVELOPE | {"detail": BODY | {"detail": {"x": float("nan")}}}, "ValueError"),
        (ENVELOPE | {"detail": BODY | {"subject": "\ud800"}}, "UnicodeEncodeError"),
    ],
)
def test_what_is_not_an_event_is_kept_with_its_sender_and_the_problem(body, problem):
    text = body if isinstance(body, str) else json.dumps(body)
    found = kept(body)
    assert (found["type"], found["source"]) == (MessageQuarantined.TYPE, "modelworks.audit_log")
    assert found["actor"] == "AROAEXAMPLE:sender"
    assert found["reason"].startswith(problem)
    assert found["key"] == chain.digest(text.encode())
    assert found["detail"] == {"text": text[:4096]}
    assert found["time"] == "2023-11-14T22:13:20.000Z"
    assert set(found) == chain.FIELDS


def test_whatever_is_kept_can_be_written_and_read_again():
    records = [kept(ENVELOPE), kept("not JSON at all"), kept("\ud800")]
    data = chain.after(chain.Head(), records, recorded_at="now").encode()
    assert list(chain.decode(data).events) == records
