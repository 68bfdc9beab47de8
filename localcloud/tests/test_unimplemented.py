from __future__ import annotations

import pytest

from localcloud import unimplemented


class Read:
    """A call that other threads disturb so many times, as moto's own responses look."""

    service_name, region = "cloudwatch", "us-east-1"
    current_account, headers, method = "123456789012", {}, "POST"

    def __init__(self, disturbances, said="dictionary changed size during iteration"):
        self.left, self.said = disturbances, said

    def _get_action(self):
        return "DeleteAlarms"

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
    assert "failed at cloudwatch:DeleteAlarms (RuntimeError" in said
    assert "RuntimeError" in capfd.readouterr().err
