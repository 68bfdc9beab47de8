from datetime import timedelta

import pytest

from factory.duration import duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90 days", timedelta(days=90)),
        ("1 day", timedelta(days=1)),
        ("36 hours", timedelta(hours=36)),
        ("12 weeks", timedelta(days=84)),
        ("0 days", timedelta()),
    ],
)
def test_a_duration_is_a_number_of_hours_days_or_weeks(text, span):
    assert duration(text) == span


@pytest.mark.parametrize("text", ["", "90", "90days", "-1 days", "1.5 days", "3 months", "9" * 7])
def test_anything_else_is_refused_with_what_would_be_one(text):
    with pytest.raises(ValueError, match="is no duration; say hours, days or weeks, for example"):
        duration(text)
