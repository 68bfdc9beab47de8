"""Does this machine remember which ledger it saw, and say so when it cannot?"""

import pytest

from cli import tail
from factory.errors import LedgerBroken
from factory.ledger.chain import Head

SEEN = Head(index=7, digest="a" * 64)


@pytest.fixture
def note(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELWORKS_STATE", str(tmp_path / "state"))
    return tail.Note.of("dev", "123456789012", "us-east-1")


def test_nothing_is_remembered_of_a_ledger_that_was_never_seen(note):
    assert note.read() is None


def test_what_was_seen_is_remembered_until_it_is_forgotten(note):
    note.write("ledger", SEEN)
    found = note.read()
    assert (found.tail, found.bucket, found.by) == (SEEN, "ledger", str(note.path))
    note.forget()
    note.forget()
    assert note.read() is None


def test_each_stage_account_and_region_has_a_note_of_its_own(note):
    note.write("ledger", SEEN)
    for other in (("prod", "123456789012", "us-east-1"), ("dev", "1" * 12, "us-east-1")):
        assert tail.Note.of(*other).read() is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"index": "x", "digest": "", "bucket": ""}'])
def test_a_note_that_cannot_be_read_is_not_taken_for_none(note, text):
    note.write("ledger", SEEN)
    note.path.write_text(text)
    with pytest.raises(LedgerBroken, match="what was noted of the ledger cannot be read"):
        note.read()


def test_a_note_that_cannot_be_written_is_told_with_the_tail(note):
    note.path.parent.parent.joinpath("state").write_text("a file")
    with pytest.raises(LedgerBroken, match=f"the tail 7:{'a' * 64} cannot be noted"):
        note.write("ledger", SEEN)


def test_without_a_folder_of_its_own_it_is_where_the_system_keeps_state(tmp_path, monkeypatch):
    monkeypatch.delenv("MODELWORKS_STATE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    folder = tail.Note.of("dev", "1" * 12, "eu-west-1").path.parent
    assert folder == tmp_path / "modelworks"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tail.Note.of("dev", "1" * 12, "eu-west-1").path.parent
    assert folder == tmp_path / ".local" / "state" / "modelworks"
