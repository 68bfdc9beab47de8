"""Are values formatted as a person would write them?"""

import pytest

from factory.events.model import ApprovalRefused, DeploymentFailed, ModelDeployed
from factory.events.people import RollbackRequested
from report import formatting


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z", "9 s"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:12:59+00:00", "12 min"),
        ("2026-01-01T00:00:00Z", "2026-01-01T03:20:00Z", "3 h 20 min"),
        ("2026-01-01T00:00:00Z", "2026-01-03T05:00:00Z", "2 d 5 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(start, end, expected):
    assert formatting.duration(start, end) == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0, "0 %"), (0.044, "4.4 %"), (0.44, "44 %"), (1, "100 %")]
)
def test_small_shares_have_one_more_digit(share, expected):
    assert formatting.percent(share) == expected


def test_events_have_a_tone():
    assert formatting.tone(ModelDeployed.TYPE) == "good"
    assert formatting.tone(DeploymentFailed.TYPE) == "bad"
    assert formatting.tone(ApprovalRefused.TYPE) == "bad"
    assert formatting.tone(RollbackRequested.TYPE) == "plain"


def test_an_event_name_omits_the_obvious_prefix():
    assert formatting.event_name(ModelDeployed.TYPE) == "deployed"
    assert formatting.event_name(DeploymentFailed.TYPE) == "deployment failed"


def test_names_are_joined_as_in_a_sentence():
    assert formatting.joined(["ada"]) == "ada"
    assert formatting.joined(["ada", "alan", "grace"]) == "ada, alan and grace"


def test_numbers_are_written_without_needless_zeros():
    assert formatting.number(-0.005) == "\N{MINUS SIGN}0.005"
    assert formatting.number(0.92687) == "0.9269"
    assert formatting.number(0) == "0"
