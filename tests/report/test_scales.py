"""Is each mark drawn where its number says?"""

from itertools import pairwise

import pytest

from report import scales, sparklines
from report.scales import Scale
from report.sparklines import Sparklines
from report.timeline import HEIGHT, Timeline, axis_top


def test_a_value_is_between_the_ends_of_its_scale():
    scale = Scale(10, 20)
    assert [scale.at(v) for v in (10, 15, 20)] == [0, 50, 100]
    assert [scale.at(v) for v in (-5, 99)] == [0, 100]


def test_a_bound_is_drawn_on_the_right_side_of_its_limit():
    good = {"value": 0.93, "bound": 0.92, "limit": 0.9}
    bad = {"value": 0.93, "bound": 0.89, "limit": 0.9}
    assert scales.interval(good)["limit"] < scales.interval(good)["bound"]
    assert scales.interval(bad)["bound"] < scales.interval(bad)["limit"]


def test_equality_and_the_required_ratio_are_both_visible(report):
    scale = scales.ratios(report["fairness"])
    assert 0 < scale.at(0.8) < scale.at(1.0) < 100


@pytest.mark.parametrize(
    ("tallest", "top"), [(0, 1), (1, 1), (7, 8), (12, 15), (241, 250), (999, 1000), (1001, 1500)]
)
def test_an_axis_ends_at_a_round_number_above_the_tallest_column(tallest, top):
    point = {"at": "2026-01-01T00:00:00Z", "answered": tallest, "refused": 0, "failed": 0}
    assert axis_top([point]) == top


@pytest.fixture
def timeline(report):
    return Timeline(report["traffic"], report["drift"], report["incidents"])


def test_the_served_versions_fill_their_lane(timeline):
    assert len(timeline.served) == 3
    for before, after in pairwise(timeline.served):
        assert before.x + before.w == pytest.approx(after.x, abs=0.01)
    assert timeline.served[1].label == "v2"


def test_nothing_is_drawn_beyond_the_page(timeline):
    drawn = [*timeline.served, *timeline.failed, *timeline.windows, *timeline.incidents]
    assert len(drawn) > 8
    assert all(0 <= part.x <= part.x + part.w <= 100.001 for part in drawn)


def test_columns_are_stacked_and_as_tall_as_their_numbers(report):
    report["traffic"]["points"] = [
        {"at": "2026-01-01T00:00:00Z", "answered": 60, "refused": 20, "failed": 20},
        {"at": "2026-01-01T00:01:00Z", "answered": 0, "refused": 0, "failed": 0},
    ]
    columns = Timeline(report["traffic"], report["drift"], []).columns
    assert columns[0]["parts"] == [
        ("answered", HEIGHT * 0.4, HEIGHT * 0.6),
        ("refused", HEIGHT * 0.2, HEIGHT * 0.2),
        ("failed", 0, HEIGHT * 0.2),
    ]
    assert columns[1]["parts"] == []


def test_a_window_that_drifted_is_drawn_as_one(report):
    lines = Sparklines(report["drift"])
    assert lines.columns()[:2] == ["workclass", "occupation"]
    bars = lines.of("workclass")
    assert [bar["kind"] for bar in bars] == ["quiet"] * 3 + ["drifted"] * 3
    assert all(bar["y"] + bar["h"] == pytest.approx(sparklines.HEIGHT, abs=0.02) for bar in bars)
    assert all(bar["y"] < lines.limit for bar in bars if bar["kind"] == "drifted")


def test_the_longest_bar_of_a_histogram_has_all_the_room(report):
    histogram = report["drift"]["histograms"][0]
    scale = scales.widest(histogram)
    drawn = [scale.at(bar[side]) for bar in histogram["bars"] for side in ("before", "now")]
    assert max(drawn) == 100
