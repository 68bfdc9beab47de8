"""Can the page be read on a desk and on a telephone, by day and by night?"""

import json

import pytest

from report.page import render
from tests.report.browser import look
from tests.report.conftest import EXAMPLE
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
SIZES = {
    "desk": (1280, False),
    "telephone": (390, False),
    "small": (360, True),
    "wide": (1440, True),
}


@pytest.fixture(scope="module", params=SIZES)
def seen(request, tmp_path_factory):
    width, dark = SIZES[request.param]
    page = render(json.loads(EXAMPLE.read_text(encoding="utf-8")))
    found = look(page, tmp_path_factory.mktemp("browser"), width=width, dark=dark)
    assert found["inner"] == width
    return found | {"dark": dark}


def test_nothing_lies_beyond_the_edge(seen):
    assert seen["content"] <= seen["width"]
    assert seen["beyond"] == []


def test_every_part_is_on_the_page(seen):
    assert seen["parts"] == PARTS


def test_every_picture_shows_something(seen):
    assert seen["pictures"] > 30
    assert seen["shapes"] > 100
    assert seen["empty"] == []


def test_all_text_stands_out_from_its_ground(seen):
    assert seen["pale"] == []  # 4.5 to 1: WCAG 2.2, 1.4.3, level AA


def test_all_marks_stand_out_from_their_ground(seen):
    assert seen["faint"] == []  # 3 to 1: WCAG 2.2, 1.4.11, level AA


def test_no_text_is_too_small_to_read(seen):
    assert seen["smallest"] >= 11


def test_the_page_is_dark_for_whoever_wants_it_dark(seen):
    assert (max(seen["paper"][:3]) < 64) == seen["dark"]


def test_every_link_leads_somewhere(seen):
    assert seen["links"] == []


def test_the_console_has_nothing_to_say(seen):
    assert seen["console"] == []


def test_a_word_that_never_ends_stays_on_the_page(report, tmp_path):
    found = look(render(spoilt(report, "x" * 150)), tmp_path, width=360)
    assert found["beyond"] == []
    assert found["content"] <= found["width"]


def test_the_ruler_notices_what_is_wrong(tmp_path):
    bad = (
        '<!DOCTYPE html><body style="background:#fff"><p style="width:2000px">wide</p>'
        '<p style="color:#ccc">pale</p><a href="#nowhere">nowhere</a><svg></svg>'
        '<svg><rect width="9" height="9" fill="#eee"/></svg><script>console.error("oh")</script>'
    )
    found = look(bad, tmp_path, width=390)
    assert found["content"] > found["width"] == 390
    assert found["beyond"] == ["P wide"]
    assert [line.split(" ", 1)[1] for line in found["pale"]] == ["P pale"]
    assert (found["links"], len(found["empty"]), len(found["faint"])) == (["A nowhere"], 1, 1)
    assert any("oh" in line for line in found["console"])
