"""What does `factory audit verify` answer before it reads anything?"""

import pytest

from cli import audit, main
from factory.errors import NotFound


@pytest.mark.parametrize("tail", ["7", "7:abc", f"0:{'a' * 64}", f"7:{'A' * 64}", f"x:{'a' * 64}"])
def test_a_tail_of_another_form_is_a_wrong_call(tail, capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(["audit", "verify", "--tail", tail])
    assert ended.value.code == 2
    assert "is no tail; give NUMBER:DIGEST" in capsys.readouterr().err


def test_a_tail_is_remembered_as_it_was_printed():
    given = main.parser().parse_args(["audit", "verify", "--tail", f"7:{'a' * 64}"]).tail
    found = audit._given(given)
    assert (found.tail.index, found.tail.digest, found.by) == (7, "a" * 64, "--tail")
    assert audit._given("") is None


def test_a_stage_without_a_ledger_is_not_one_without_findings():
    with pytest.raises(NotFound, match="nothing was verified"):
        audit._published({"Stage": "dev", "LedgerBucket": "b"})
