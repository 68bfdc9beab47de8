from __future__ import annotations

import json

import pytest
from werkzeug.test import Client

from localcloud import application, reactor, unimplemented
from localcloud.iam import unsigned


class Read:
    """A call that other threads disturb so many times, as moto's own responses look."""

    service_name, region = "iam", "us-east-1"
    current_account, headers, method = "123456789012", {}, "POST"

    def __init__(self, disturbances, said="dictionary changed size during iteration"):
        self.left, self.said = disturbances, said

    def _get_action(self):
        return "GetAccountSummary"

    def serialized(self, result):
        return 501, {}, str(result.result)

    def call_action(self):
        self.left -= 1
        if self.left >= 0:
            raise RuntimeError(self.said)
        return "alarms"


call = unimplemented._naming(Read.call_action)


def test_a_call_that_other_threads_disturb_is_answered_all_the_same():
    assert call(Read(unimplemented.TRIES)) == "alarms"


@pytest.mark.parametrize(
    "read", [Read(unimplemented.TRIES + 1), Read(1, "no data")], ids=["forever", "otherwise"]
)
def test_what_fails_in_another_way_is_named(read, capfd):
    status, _, said = call(read)
    assert status == 501
    assert "failed at iam:GetAccountSummary (RuntimeError" in said
    assert "RuntimeError" in capfd.readouterr().err


def test_an_error_of_the_cloud_itself_is_answered_by_name_and_is_a_failure(monkeypatch):
    def broken(_environ):
        raise KeyError("lost")

    monkeypatch.setattr(unsigned, "refusal", broken)
    known = len(reactor.failures)
    answer = Client(application.application()).post("/", headers={"X-Amz-Target": "AmazonSQS.Send"})
    assert answer.status_code == 500
    assert json.loads(answer.data) == {
        "__type": "InternalFailure",
        "message": "POST AmazonSQS.Send: KeyError('lost')",
    }
    assert [each["name"] for each in list(reactor.failures)[known:]] == ["POST AmazonSQS.Send"]
    reactor.failures.pop()
    form = {"Content-Type": application.FORM}
    answer = Client(application.application()).post("/", headers=form)
    assert "<Code>InternalFailure</Code><Message>POST /: KeyError" in answer.text
    reactor.failures.pop()
