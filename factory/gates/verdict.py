"""What does a gate say, and on what evidence?"""

from __future__ import annotations

import math
import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

PASS, FAIL, INCONCLUSIVE = "PASS", "FAIL", "INCONCLUSIVE"
LARGEST_BITS = 128

SHA256 = re.compile(r"[0-9a-f]{64}")

Evidence = Mapping[str, Any]
"""What the gates step measured: plain JSON, one section per gate."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one gate concludes about one candidate."""

    gate: str
    verdict: str
    """PASS, FAIL or INCONCLUSIVE; only PASS lets the candidate through."""
    reason: str
    """In words, with the numbers that decided."""
    facts: Mapping[str, Any] = field(default_factory=dict)


class Missing(Exception):
    """The evidence that a gate needs is absent or is not what it should be."""


def number(section: Evidence, name: str) -> float:
    """Return the finite number called *name*; NaN, text and booleans are no evidence."""
    value = _present(section, name)
    try:
        if not isinstance(value, bool) and isinstance(value, (int, float)):
            found = float(value)  # a whole number of hundreds of digits overflows
            if math.isfinite(found):
                return found
    except OverflowError:
        pass
    raise Missing(f"{name} is {_short(value)}, not a finite number")


def count(section: Evidence, name: str) -> int:
    """Return the whole number, zero or more, called *name*."""
    value = number(section, name)
    if value < 0 or value != int(value):
        raise Missing(f"{name} is {value!r}, not a count")
    return int(value)


def text(section: Evidence, name: str) -> str:
    """Return the non-empty text called *name*."""
    value = _present(section, name)
    if not isinstance(value, str) or not value:
        raise Missing(f"{name} is {_short(value)}, not a text")
    return value


def sha256(section: Evidence, name: str) -> str:
    """Return the SHA-256, in hexadecimal digits, called *name*."""
    value = text(section, name)
    if not SHA256.fullmatch(value):
        raise Missing(f"{name} is {value!r}, not a SHA-256")
    return value


def mapping(section: Evidence, name: str) -> Evidence:
    """Return the non-empty object called *name*."""
    value = _present(section, name)
    if not isinstance(value, Mapping) or not value:
        raise Missing(f"{name} is {_short(value)}, not an object with fields")
    return value


def lower_bound(estimate: float, standard_error: float, confidence: float) -> float:
    """Return the one-sided lower confidence bound under the normal approximation."""
    if standard_error < 0:
        raise Missing(f"a standard error of {standard_error} cannot be")
    return estimate - NormalDist().inv_cdf(confidence) * standard_error


def _short(value: Any) -> str:
    """Return a wrong value for a person, cut: a reason goes to the ledger."""
    if isinstance(value, int) and value.bit_length() > LARGEST_BITS:
        return f"a whole number of {value.bit_length()} bits"  # Python writes none of 4,300 digits
    return reprlib.repr(value)


def _present(section: Evidence, name: str) -> Any:
    if name not in section:
        raise Missing(f"{name} is absent")
    return section[name]
