from __future__ import annotations

from datetime import UTC, datetime

import pytest

from localcloud.events import cron

START = datetime(2026, 1, 31, 10, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("cron(0/15 * * * ? *)", (2026, 1, 31, 10, 15)),
        ("cron(0 3 * * ? *)", (2026, 2, 1, 3, 0)),
        ("cron(30 6 ? * MON-FRI *)", (2026, 2, 2, 6, 30)),
        ("cron(0 0 29 2 ? *)", (2028, 2, 29, 0, 0)),
        ("cron(5,10 10 * JAN,MAR ? 2026)", (2026, 1, 31, 10, 10)),
    ],
)
def test_the_next_time_is_the_first_that_fits_all_fields(expression, due):
    moment = datetime.fromtimestamp(cron.next_time(expression, START.timestamp()), UTC)
    assert moment == datetime(*due, tzinfo=UTC)


@pytest.mark.parametrize("expression", ["cron(0 3 L * ? *)", "daily", "cron(0 0 31 2 ? *)"])
def test_what_cannot_be_read_or_never_comes_is_refused(expression):
    with pytest.raises(cron.BadExpression):
        cron.next_time(expression, START.timestamp())
