"""Which spellings are one person's, and which are nobody's?"""

import pytest

from factory import people

ONE = [
    ("Ada", "ada"),
    ("ada ", "ada"),
    ("\tada", "ada"),
    ("\uff41da", "ada"),
    ("ada@corp.com", "ada"),
    ("ada@corp.com", "ada@other.org"),
    ("ada+approver@corp.com", "ada"),
    ("ada.lovelace", "ada_lovelace"),
    ("ada-lovelace", "adalovelace"),
    ("alan", "a1an"),
    ("Alan", "aIan"),
    ("bob", "b0b"),
    ("emma", "ernma"),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_names_that_a_reader_would_confuse_are_one_persons(one, other):
    assert people.same(one, other)
    assert people.same(other, one)
    assert people.among(one, ["grace", other]) == other


@pytest.mark.parametrize("other", ["adam", "grace", "ad", "corp.com", "lovelace", ""])
def test_other_names_are_other_peoples(other):
    assert not people.same("ada", other)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is empty"),
        (" ", "is empty"),
        ("\u0430da", "has a letter beyond ASCII, CYRILLIC SMALL LETTER A"),
        ("a\u200dda", "has a letter beyond ASCII, ZERO WIDTH JOINER"),
        ("a\u0130a", "has a letter beyond ASCII, COMBINING DOT ABOVE"),
        ("a da", "is not 2 to 64 letters"),
        ("ada\n[31m", "is not 2 to 64 letters"),
        ("@corp.com", "is not 2 to 64 letters"),
        ("a", "is not 2 to 64 letters"),
        ("a" * 65, "is not 2 to 64 letters"),
    ],
)
def test_what_is_nobodys_name_says_why(name, why):
    assert people.wrong(name).startswith(why)


@pytest.mark.parametrize("name", ["ada", "Ada", "ada@corp.com", "ada+x@corp.com", "a=b,c-d_1"])
def test_what_iam_takes_as_a_source_identity_is_a_name(name):
    assert people.wrong(name) == ""


def test_what_is_told_of_a_name_is_short_and_printable():
    assert people.shown("a\x1b[2J\u0430") == "a\\x1b[2J\\u0430"
    assert len(people.shown("x" * 10_000)) < 100
