"""Is the page complete, safe and self-contained, whatever the report contains?"""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from jinja2 import UndefinedError

from report.page import render
from tests.hostile import CANARY
from tests.hostile import HOSTILE as HOSTILE_TEXT
from tests.report.untrusted import with_suffix

PARTS = [
    "model",
    "gates",
    "fairness",
    "traffic",
    "drift",
    "incidents",
    "versions",
    "other-models",
    "ledger",
]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


class Page(HTMLParser):
    """The tags as a browser parses them; `text` is the visible text."""

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


def test_heading_levels_have_no_gap(report):
    levels = [int(tag[1]) for tag, _ in Page(render(report)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_says_its_language_and_its_title(report):
    html = render(report)
    assert Page(html).of("html") == [{"lang": "en"}]
    assert "<title>income: model report</title>" in html


def test_every_column_and_row_of_a_table_has_a_header(report):
    page = Page(render(report))
    assert {a.get("scope") for a in page.of("th")} == {"col", "row"}
    assert len(page.of("table")) == len(page.of("caption")) > 5


def test_every_chart_has_a_title_or_is_hidden_beside_its_numbers(report):
    html = render(report)
    for chart in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        assert 'aria-hidden="true"' in chart or re.search(r"<title[^>]*>\w", chart), chart


def test_untrusted_text_is_escaped(report):
    clean, dirty = Page(render(report)), Page(render(with_suffix(report, HOSTILE)))
    assert [tag for tag, _ in dirty.tags] == [tag for tag, _ in clean.tags]
    assert not [a for _, a in dirty.tags if any(name.startswith("on") for name in a)]
    assert dirty.text.count(HOSTILE) > 100


@given(HOSTILE_TEXT)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.generate],  # a page takes too long for looking for a shorter text
)
def test_no_text_begins_a_tag_or_an_attribute(report, text):
    ended = f"{text}<b on{text[:9]}=1>"
    clean, dirty = Page(render(report)), Page(render(with_suffix(report, ended)))
    assert [tag for tag, _ in dirty.tags] == [tag for tag, _ in clean.tags]
    assert [sorted(a) for _, a in dirty.tags] == [sorted(a) for _, a in clean.tags]
    assert dirty.text.count(CANARY) > 100


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(report):
    html = render(report)
    for _, attributes in Page(html).tags:
        for name in ("src", "href", "data", "action"):
            assert attributes.get(name, "#").startswith(("#", "data:,"))
    assert not Page(html).of("script", "iframe", "object", "embed", "img")
    assert not re.search(r"url\(|@import|@font-face", html)


def test_the_contents_link_to_the_parts(report):
    page = Page(render(report))
    assert [a["href"].removeprefix("#") for a in page.of("a")[1:]] == PARTS


def test_a_model_that_was_never_trained_has_a_page_too(empty_report):
    page = Page(render(empty_report))
    assert [a["id"] for a in page.of("section")] == PARTS
    assert "Nothing is serving yet." in page.text
    assert "No version has passed the gates yet." in page.text
    assert "No traffic window is complete yet" in page.text


def test_a_product_that_is_split_is_not_said_to_be_unknown_to_training(report, empty_report):
    for found in (report, empty_report):
        found["about"] = found["about"] | {"train": "wine", "test": "wine"}
    assert "Rows of wine that were not used in training." in Page(render(report)).text
    assert "tested on other rows of it." in Page(render(empty_report)).text


def test_what_the_card_adds_is_a_threshold_only_where_it_is_one(report):
    details = report["card"]["additional_information"]["custom_details"]
    details["negative controls"] = "18 of 18 sabotaged copies are refused"
    with_thresholds = Page(render(report)).text
    table = with_thresholds.split("Decision thresholds", 1)[1].split("Gates", 1)[0]
    assert "Female, White" in table
    assert "sabotaged" not in table
    assert "18 of 18 sabotaged copies are refused" in with_thresholds
    report["card"]["additional_information"]["custom_details"] = {"negative controls": "all"}
    assert "Decision thresholds" not in Page(render(report)).text


def test_a_missing_value_is_an_error_and_not_a_blank(report):
    del report["about"]["ethics"]
    with pytest.raises(UndefinedError, match="ethics"):
        render(report)


def test_a_failed_gate_is_marked_by_more_than_a_colour(report):
    report["gates"][0]["verdict"] = "FAIL"
    text = Page(render(report)).text
    assert "✕ FAIL" in text
    assert "Version 1 passed 6 of 7 gates; floor did not." in text


def test_a_changed_ledger_lists_its_findings(report):
    report["ledger"]["findings"] = ["seg/000000000008.jsonl: gap: is not there"]
    text = Page(render(report)).text
    assert "seg/000000000008.jsonl: gap: is not there" in text
    assert "The ledger has been changed since it was written." in text
    assert "every byte is as it was written" not in text


def test_a_window_without_its_captures_says_so(report):
    report["drift"]["histograms"] = []
    assert "there is nothing to draw" in Page(render(report)).text


def test_a_waiting_version_comes_with_the_command_to_approve_it(report):
    text = Page(render(report)).text
    assert 'factory approve income 4 --reason "..."' in text


def test_gaps_are_shown_where_no_rates_are_compared(report):
    gaps = [{"name": "sex=Female: answered too high", "bound": 0.083}]
    page = Page(render(report | {"fairness": report["fairness"] | {"groups": [], "gaps": gaps}}))
    assert "sex=Female: answered too high" in page.text
    assert {"data-is": "upper bound", "class": "number"} in page.of("td")
    assert not [cell for cell in page.of("td") if cell.get("data-is") == "rate"]
