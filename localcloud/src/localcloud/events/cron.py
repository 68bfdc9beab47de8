"""When is a cron expression of EventBridge due next?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EXPRESSION = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTHS = {name: number for number, name in enumerate(
    ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
)}  # fmt: skip
_DAYS = {name: number for number, name in enumerate(
    ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1
)}  # fmt: skip
_HORIZON_DAYS = 366 * 8  # the longest wait there is: a 29 February around a century's end


class BadExpression(ValueError):
    """A schedule expression this cloud cannot read."""


def next_time(expression: str, after: float) -> float:
    """Return the first moment later than *after*, in seconds since 1970, UTC."""
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        raise BadExpression(f"{expression} is neither rate(...) nor cron(...) of six fields.")
    minutes, hours, days, months, weekdays, years = match.groups()
    wanted_minutes, wanted_hours = _values(minutes, 0, 59, {}), _values(hours, 0, 23, {})
    start = datetime.fromtimestamp(after, UTC).replace(second=0, microsecond=0)
    start += timedelta(minutes=1)
    for offset in range(_HORIZON_DAYS):
        day = (start + timedelta(days=offset)).date()
        in_month = day.month in _values(months, 1, 12, _MONTHS)
        in_year = day.year in _values(years, 1970, 2199, {})
        on_day = day.day in _values(days, 1, 31, {})
        on_weekday = day.isoweekday() % 7 + 1 in _values(weekdays, 1, 7, _DAYS)
        if in_month and in_year and on_day and on_weekday:
            for hour in wanted_hours:
                for minute in wanted_minutes:
                    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                    if moment >= start:
                        return moment.timestamp()
    raise BadExpression(f"{expression} is never due.")


def _values(field: str, low: int, high: int, names: dict[str, int]) -> list[int]:
    """Return the numbers a field admits; ``L``, ``W`` and ``#`` are not read here."""
    admitted: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span in ("*", "?"):
            begin, end = low, high
        else:
            begin = _number(first, names, field)
            end = _number(last, names, field) if last else (high if step else begin)
        admitted |= set(range(begin, end + 1, int(step or 1)))
    return sorted(admitted)


def _number(text: str, names: dict[str, int], field: str) -> int:
    try:
        return names[text.upper()] if text.upper() in names else int(text)
    except ValueError:
        raise BadExpression(f"The local cloud cannot read {text!r} in the field {field}.") from None
