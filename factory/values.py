"""What is one value of a contract's type, however it is written? Its canonical form, decided here.

Landing, training, gates, baseline, endpoint, watch and probes ask this module and nothing else. It
travels inside every artifact, so that the container answers by it too: standard library alone, and
no import of ours. docs/decisions/0026 says why each form is what it is.
"""

from __future__ import annotations

import math
import re
import struct
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

Value = str | int | float | bool | date | datetime | None
"""Canonical: a text without blanks around it in NFC, a number as 64 bits hold it, or None."""

TEXT, WHOLE, WHOLE_32, NUMBER = "VARCHAR", "BIGINT", "INTEGER", "DOUBLE"
BOOLEAN, DATE, TIMESTAMP = "BOOLEAN", "DATE", "TIMESTAMP"
UNSTATED = ""
"""The type of a number or a boolean in a baseline that was made before baselines told types."""
WORDS = {
    TEXT: "a text",
    WHOLE: "a whole number of 64 bits",
    WHOLE_32: "a whole number of 32 bits",
    NUMBER: "a finite number",
    BOOLEAN: "true or false",
    DATE: "a date as 2024-01-31",
    TIMESTAMP: "a time as 2024-01-31T23:59:59, without zone",
    UNSTATED: "a finite number",
}
"""What a value of each physical type of a contract is."""
BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What is taken away around a text: all that `str.strip` takes."""
EXACT = 2**53
"""Beyond it a float is not every whole number: one that was a float on its way may be another."""
SHOWN = 60  # characters of a wrong value that its sender is told
NUMERAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
DIGITS = re.compile(r"[+-]?[0-9]{1,400}")
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = re.compile(rf"({DAY})(?:[T ]([0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})(?:\.([0-9]{{1,9}}))?)?")
BARE = {int, float, bool}
MISSING = {"NAType", "NaTType"}  # pandas' names for what is missing


class NotAValueError(ValueError):
    """What was sent is no value of the column's type; the message says so and what would be."""


def read(value: Any, kind: str) -> Value:
    """Return the canonical form of *value*, of the physical type *kind*; None where it is missing.

    *value* is the text of a CSV cell, what JSON holds, or what Arrow, NumPy or pandas hand out.
    Empty text and NaN are missing; texts that only say so (`NA`, `nan`, `null`) are texts.
    """
    if isinstance(value, str):
        value = tidy(value)
        if not value:
            return None
    elif type(value) in BARE:
        pass
    elif value is None or type(value).__name__ in MISSING:
        return None
    elif hasattr(value, "item"):  # NumPy's scalars
        value = value.item()
    if value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return None
    try:
        return _READERS[kind](value)
    except (ValueError, OverflowError) as exc:
        raise NotAValueError(f"{_shown(value)}; send {WORDS[kind]}{_hint(value, kind)}") from exc


def tidy(text: str) -> str:
    """Return *text* without blanks around it, in Unicode's composed form (NFC)."""
    bare = text.strip(BLANKS)
    return bare if bare.isascii() else unicodedata.normalize("NFC", bare)


def text(value: Value) -> str:
    """Return the one text of a canonical value: `true`, `3`, `0.1`, `2024-01-31`; "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def number(value: Value) -> float:
    """Return a canonical number or boolean as models and bins count it; NaN for None."""
    return math.nan if value is None else float(value)  # type: ignore[arg-type]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError


def _whole(value: Any, bits: int) -> int:
    found = _exactly(value)
    if not -(2 ** (bits - 1)) <= found < 2 ** (bits - 1):
        raise ValueError
    return found


def _exactly(value: Any) -> int:
    """Return a whole number; with a point or an exponent only while floats are exact."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and DIGITS.fullmatch(value):
        return int(value)
    found = value if isinstance(value, Decimal) else _finite(value)
    if found != (whole := int(found)) or (isinstance(found, float) and abs(whole) >= EXACT):
        raise ValueError
    return whole


def _number(value: Any) -> float:
    """Return a number; a float of 32 bits is the shortest decimal that names it: 0.1 for 0.1f."""
    found = _finite(value)
    if found.is_integer():
        return found + 0.0  # -0.0 is 0.0
    try:
        single = struct.pack("<f", found)
    except OverflowError:
        return found
    return found if struct.unpack("<f", single)[0] != found else _shortest(found, single)


def _shortest(found: float, single: bytes) -> float:
    for digits in range(6, 9):
        short = float(f"{found:.{digits}g}")
        if struct.pack("<f", short) == single:
            return short
    return float(f"{found:.9g}")


def _finite(value: Any) -> float:
    """Return a number as a float; what is none becomes one that is refused."""
    numeral = isinstance(value, str) and NUMERAL.fullmatch(value)
    bare = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    found = float(value) if numeral or bare else math.nan
    if not math.isfinite(found):
        raise ValueError
    return found


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    found = _finite(value)
    if found not in {0, 1}:
        raise ValueError
    return found == 1


def _unstated(value: Any) -> float:
    try:
        return float(_boolean(value))
    except ValueError:
        return _number(value)


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found = _timestamp(value)
    if found.time() != time():
        raise ValueError
    return found.date()


def _timestamp(value: Any) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is not None or getattr(value, "nanosecond", False):
            raise ValueError
        return datetime.combine(value.date(), value.time())
    if isinstance(value, date):
        return datetime.combine(value, time())
    found = MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError
    fraction = (found[3] or "").ljust(9, "0")
    if fraction[6:] != "000":
        raise ValueError
    at = time.fromisoformat(found[2] or "00:00:00").replace(microsecond=int(fraction[:6]))
    return datetime.combine(date.fromisoformat(found[1]), at)


_READERS: Mapping[str, Callable[[Any], Value]] = {
    TEXT: _text,
    WHOLE: lambda value: _whole(value, 64),
    WHOLE_32: lambda value: _whole(value, 32),
    NUMBER: _number,
    BOOLEAN: _boolean,
    DATE: _date,
    TIMESTAMP: _timestamp,
    UNSTATED: _unstated,
}


def _shown(value: Any) -> str:
    said = ascii(value)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}..."


def _hint(value: Any, kind: str) -> str:
    if kind == TEXT:
        return f", as {text(value)!r}" if isinstance(value, int | float) else ""
    if kind in {WHOLE, WHOLE_32} and isinstance(value, float) and abs(value) >= EXACT:
        return ", without point and exponent: beyond 2**53 a float may have been another number"
    return " or leave it blank"
