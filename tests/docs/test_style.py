"""Is it written so that a newcomer can scan it?"""

import pytest

from tests.docs.reading import Page, guides, pages

WIDTH = 120  # characters of a line
BREATH = 30  # words of a sentence
DECISIONS = "docs/decisions/"
"""Decisions are kept as they were written."""


@pytest.mark.parametrize("page", pages(), ids=str)
def test_no_line_is_longer_than_120_characters(page):
    lines = enumerate(page.text.splitlines(), start=1)
    long = [n for n, line in lines if len(line) > WIDTH and not _row(line)]
    assert long == []


def _row(line):
    """A row of a table cannot be broken."""
    return line.startswith("|")


@pytest.mark.parametrize("page", [p for p in guides() if not str(p).startswith(DECISIONS)], ids=str)
def test_no_sentence_is_longer_than_30_words(page):
    assert [s for s in page.sentences if len(s.split()) > BREATH] == []


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_page_begins_with_its_title_and_has_one(page):
    first = page.tokens[0]
    assert (first.type, first.tag) == ("heading_open", "h1")
    assert [t.tag for t in page.tokens if t.type == "heading_open"].count("h1") == 1


def test_a_long_sentence_is_found(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# A\n\nOne. " + "word " * 31 + "\n\n| a |\n|---|\n| " + "b " * 40 + "|\n")
    assert [len(s.split()) for s in Page(page).sentences] == [1, 1, 31]
