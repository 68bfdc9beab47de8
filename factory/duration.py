"""How long is that? Spans of time as people write them: 90 days, 36 hours, 12 weeks."""

from __future__ import annotations

import re
from datetime import timedelta

from factory.reasons import quoted

WRITTEN = re.compile(r"([0-9]{1,6}) (hour|day|week)s?")


def duration(text: str) -> timedelta:
    """Return the span that *text* writes; ValueError says what would be one."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{quoted(text)} is no duration; say hours, days or weeks, for example '90 days'"
        )
    return timedelta(**{f"{found[2]}s": int(found[1])})
