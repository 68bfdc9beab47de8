"""Is the page readable on a desktop and on a phone, in light and in dark mode?"""

import json

import pytest

from report.page import render
from tests.report.browser import measure
from tests.report.conftest import EXAMPLE
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
SIZES = {
    "desktop": (1280, False),
    "phone": (390, False),
    "small": (360, True),
    "wide": (1440, True),
}


@pytest.fixture(scope="module", params=SIZES)
def rendered(request, tmp_path_factory):
    width, dark = SIZES[request.param]
    page = render(json.loads(EXAMPLE.read_text(encoding="utf-8")))
    found = measure(page, tmp_path_factory.mktemp("browser"), width=width, dark=dark)
    assert found["inner"] == width
    return found | {"dark": dark}


def test_nothing_overflows_the_page(rendered):
    assert rendered["content"] <= rendered["width"]
    assert rendered["beyond"] == []


def test_every_part_is_on_the_page(rendered):
    assert rendered["parts"] == PARTS


def test_every_chart_shows_something(rendered):
    assert rendered["pictures"] > 30
    assert rendered["shapes"] > 100
    assert rendered["empty"] == []


def test_all_text_has_enough_contrast(rendered):
    assert rendered["pale"] == []  # 4.5 to 1: WCAG 2.2, 1.4.3, level AA


def test_all_marks_have_enough_contrast(rendered):
    assert rendered["faint"] == []  # 3 to 1: WCAG 2.2, 1.4.11, level AA


def test_no_text_is_too_small_to_read(rendered):
    assert rendered["smallest"] >= 11


def test_the_page_is_dark_in_dark_mode(rendered):
    assert (max(rendered["paper"][:3]) < 64) == rendered["dark"]


def test_every_link_has_a_target(rendered):
    assert rendered["links"] == []


def test_the_console_is_empty(rendered):
    assert rendered["console"] == []


def test_a_very_long_word_stays_on_the_page(report, tmp_path):
    found = measure(render(with_suffix(report, "x" * 150)), tmp_path, width=360)
    assert found["beyond"] == []
    assert found["content"] <= found["width"]


def test_the_ruler_detects_defects(tmp_path):
    bad = (
        '<!DOCTYPE html><body style="background:#fff"><p style="width:2000px">wide</p>'
        '<p style="color:#ccc">pale</p><a href="#nowhere">nowhere</a><svg></svg>'
        '<svg><rect width="9" height="9" fill="#eee"/></svg><script>console.error("oh")</script>'
    )
    found = measure(bad, tmp_path, width=390)
    assert found["content"] > found["width"] == 390
    assert found["beyond"] == ["P wide"]
    assert [line.split(" ", 1)[1] for line in found["pale"]] == ["P pale"]
    assert (found["links"], len(found["empty"]), len(found["faint"])) == (["A nowhere"], 1, 1)
    assert any("oh" in line for line in found["console"])
