"""Is every fact said as a person says it?"""

import pytest

from factory.events.model import ApprovalRefused, DeploymentFailed, ModelDeployed
from factory.events.people import RollbackRequested
from report import words


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z", "9 s"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:12:59+00:00", "12 min"),
        ("2026-01-01T00:00:00Z", "2026-01-01T03:20:00Z", "3 h 20 min"),
        ("2026-01-01T00:00:00Z", "2026-01-03T05:00:00Z", "2 d 5 h"),
    ],
)
def test_a_time_is_told_in_its_two_largest_units(start, end, said):
    assert words.lasting(start, end) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0 %"), (0.044, "4.4 %"), (0.44, "44 %"), (1, "100 %")]
)
def test_small_shares_have_a_digit_more(share, said):
    assert words.percent(share) == said


def test_news_have_a_tone():
    assert words.tone(ModelDeployed.TYPE) == "good"
    assert words.tone(DeploymentFailed.TYPE) == "bad"
    assert words.tone(ApprovalRefused.TYPE) == "bad"
    assert words.tone(RollbackRequested.TYPE) == "plain"


def test_an_event_is_named_without_what_everybody_knows():
    assert words.kind(ModelDeployed.TYPE) == "deployed"
    assert words.kind(DeploymentFailed.TYPE) == "deployment failed"


def test_names_are_listed_as_a_sentence_lists_them():
    assert words.listed(["ada"]) == "ada"
    assert words.listed(["ada", "alan", "grace"]) == "ada, alan and grace"


def test_numbers_are_written_without_needless_zeros():
    assert words.signed(-0.005) == "\N{MINUS SIGN}0.005"
    assert words.signed(0.92687) == "0.9269"
    assert words.signed(0) == "0"
