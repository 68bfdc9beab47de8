"""Is the page whole, safe and self-contained, whatever the facts are?"""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from jinja2 import UndefinedError

from report.page import render
from tests.report.strangers import spoilt

PARTS = [
    "model",
    "gates",
    "fairness",
    "traffic",
    "drift",
    "incidents",
    "versions",
    "neighbours",
    "ledger",
]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


class Page(HTMLParser):
    """What a browser would make of the tags; `text` is what a person would read."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def of(self, *names):
        return [attributes for tag, attributes in self.tags if tag in names]


def test_every_part_is_there_with_a_heading(report):
    page = Page(render(report))
    assert [a["id"] for a in page.of("section")] == PARTS
    assert [a["id"] for a in page.of("h2")] == [f"{part}-title" for part in PARTS]


def test_a_reader_of_headings_meets_no_gap(report):
    levels = [int(tag[1]) for tag, _ in Page(render(report)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_says_its_language_and_its_title(report):
    html = render(report)
    assert Page(html).of("html") == [{"lang": "en"}]
    assert "<title>income: how the model lives</title>" in html


def test_every_column_and_row_of_a_table_is_headed(report):
    page = Page(render(report))
    assert {a.get("scope") for a in page.of("th")} == {"col", "row"}
    assert len(page.of("table")) == len(page.of("caption")) > 5


def test_every_picture_says_what_it_shows_or_that_numbers_beside_it_do(report):
    html = render(report)
    for picture in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        assert 'aria-hidden="true"' in picture or re.search(r"<title[^>]*>\w", picture), picture


def test_text_of_a_stranger_stays_text(report):
    clean, dirty = Page(render(report)), Page(render(spoilt(report, HOSTILE)))
    assert [tag for tag, _ in dirty.tags] == [tag for tag, _ in clean.tags]
    assert not [a for _, a in dirty.tags if any(name.startswith("on") for name in a)]
    assert dirty.text.count(HOSTILE) > 100


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(report):
    html = render(report)
    for _, attributes in Page(html).tags:
        for name in ("src", "href", "data", "action"):
            assert attributes.get(name, "#").startswith(("#", "data:,"))
    assert not Page(html).of("script", "iframe", "object", "embed", "img")
    assert not re.search(r"url\(|@import|@font-face", html)


def test_the_links_of_the_contents_lead_to_the_parts(report):
    page = Page(render(report))
    assert [a["href"].removeprefix("#") for a in page.of("a")[1:]] == PARTS


def test_a_model_that_has_done_nothing_yet_has_a_page_too(newborn):
    page = Page(render(newborn))
    assert [a["id"] for a in page.of("section")] == PARTS
    assert "Nothing serves yet." in page.text
    assert "No version has come through the gates yet." in page.text
    assert "No window of traffic is full yet" in page.text


def test_a_fact_that_is_missing_is_an_error_and_no_empty_place(report):
    del report["about"]["ethics"]
    with pytest.raises(UndefinedError, match="ethics"):
        render(report)


def test_a_gate_that_did_not_pass_is_marked_by_more_than_a_colour(report):
    report["gates"][0]["verdict"] = "FAIL"
    text = Page(render(report)).text
    assert "✕ FAIL" in text
    assert "Version 1 passed 6 of 7 gates; floor did not." in text


def test_a_broken_ledger_names_the_places(report):
    report["ledger"]["findings"] = ["seg/000000000008.jsonl: gap: is not there"]
    text = Page(render(report)).text
    assert "seg/000000000008.jsonl: gap: is not there" in text
    assert "The ledger is not what was written." in text
    assert "every byte is as it was written" not in text


def test_a_window_whose_captures_are_gone_is_said_to_be(report):
    report["drift"]["histograms"] = []
    assert "there is nothing to draw" in Page(render(report)).text


def test_a_version_that_waits_comes_with_the_command_to_decide(report):
    text = Page(render(report)).text
    assert 'factory approve income 4 --reason "..."' in text
