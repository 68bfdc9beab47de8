import pytest

from factory import reasons
from factory.errors import Refused


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "...",
        "\u200b",
        "\u200b.\u00a0",
        "\u3164\u115f",
        "aaaa",
        "-1-",
        "\u2800\u2800",
        "x",
    ],
)
def test_what_says_nothing_is_no_reason(text):
    with pytest.raises(Refused, match="the reason says nothing; give it in words"):
        reasons.given(text)


@pytest.mark.parametrize("text", ["ok", "  read the card ", "同意", "ça va", "Größe 7"])
def test_words_of_any_script_are_a_reason(text):
    assert reasons.given(text) == text.strip()


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\x07", "\u202e", "\u200b", "\n", "\ud800", "\x9b"])
def test_what_drives_a_terminal_or_is_not_seen_is_refused_by_number(hidden):
    with pytest.raises(Refused, match=rf"nobody sees \(U\+{ord(hidden[0]):04X}\)"):
        reasons.given(f"approved {hidden} after review")


def test_a_reason_is_no_longer_than_the_registry_takes():
    assert reasons.given("ab" * 512) == "ab" * 512
    with pytest.raises(Refused, match="has 1025 characters, 1024 are taken"):
        reasons.given("ab" * 512 + "c")


def test_what_is_shown_drives_no_terminal_and_stays_on_its_line():
    assert reasons.shown("a\x1b[31mb\r\nc\u202ed") == "a\\x1b[31mb  c\\u202ed"
    assert reasons.shown("Größe, 同意") == "Größe, 同意"


def test_what_is_shown_is_bounded_also_after_it_is_written_out():
    assert reasons.shown("x" * 2000, 100) == "x" * 97 + "..."
    assert len(reasons.shown("\x1b" * 100, 100)) == 100


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("a\x1b[31m\u202e", "'a\\x1b[31m\\u202e'"),
        ({"a": [1, None]}, "{'a': [1, None]}"),
        (10**5000, "a int that is too large to show"),
        ("x" * 10**6, "'" + "x" * 116 + "..."),
    ],
    ids=["hidden", "nested", "huge", "long"],
)
def test_any_value_is_quoted_in_few_characters(value, said):
    assert reasons.quoted(value) == said


def test_what_is_very_deep_is_quoted_too():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert len(reasons.quoted(deep)) <= reasons.QUOTED
