"""How large may an event be? What passes here can be written, and read back by anybody.

Python's own reader gives up at a depth that differs between its versions, numbers beyond 2**53 are
not the same in other languages, and half of a surrogate pair has no bytes in UTF-8. None of this is
left to chance: a ledger that holds one such event could not be read again, and is never rewritten.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from factory.errors import MalformedEvent

WHOLE = 2**53 - 1
"""The largest whole number: every language has it."""


class Bounds(NamedTuple):
    """How large something may be."""

    depth: int
    """How many objects and lists may stand within each other."""
    values: int
    """How many keys and values it may have."""
    size: int
    """How many bytes of JSON it may have; EventBridge takes 256 KB."""


MESSAGE = Bounds(32, 20_000, 262_144)
"""Of a message that is read at all."""
BODY = Bounds(30, 19_000, 200_000)
"""Of what a function says; it leaves room for all that EventBridge puts around it."""
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*\\?(?:"|\Z)|[\[\]{}]', re.DOTALL)
"""A whole text, also one that does not end (so that none is looked at twice), or a bracket."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(text: str) -> Any:
    """Return the JSON in *text*; MalformedEvent says why it is none, or not within the bounds."""
    if len(text) > MESSAGE.size:
        raise MalformedEvent(f"it has {len(text)} characters, and {MESSAGE.size} are allowed")
    if (depth := _depth(text)) > MESSAGE.depth:
        raise MalformedEvent(f"it is {depth} levels deep, and {MESSAGE.depth} are allowed")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as exc:
        raise MalformedEvent(f"it is not JSON ({type(exc).__name__})") from exc
    check(value, MESSAGE)
    return value


def check(value: Any, bounds: Bounds, about: str = "") -> None:
    """Refuse a value that could not be read back by anybody; MalformedEvent says why.

    Its words begin with *about*.
    """
    for count, (each, depth) in enumerate(_walk(value), start=1):
        if count > bounds.values:
            raise MalformedEvent(f"{about}it has more than {bounds.values} keys and values")
        if depth > bounds.depth:
            raise MalformedEvent(f"{about}it is more than {bounds.depth} levels deep")
        if problem := _problem(each):
            raise MalformedEvent(f"{about}{problem}")
    size = len(json.dumps(value, allow_nan=False))
    if size > bounds.size:
        raise MalformedEvent(f"{about}it has {size} bytes, and {bounds.size} are allowed")


def _walk(value: Any) -> Iterator[tuple[Any, int]]:
    """Yield each key and value with its depth, without recursion."""
    waiting = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, Mapping):
            waiting += [(key, depth + 1) for key in each]
            waiting += [(item, depth + 1) for item in each.values()]
        elif isinstance(each, list | tuple):
            waiting += [(item, depth + 1) for item in each]
        yield each, depth


def _problem(value: Any) -> str:
    if isinstance(value, str) and _SURROGATE.search(value):
        return "a text has half of a surrogate pair"
    if isinstance(value, int) and abs(value) > WHOLE:
        return "a whole number is beyond 2**53 - 1; write it as a text"
    if isinstance(value, float) and not math.isfinite(value):
        return "a number is not finite"
    return ""


def _depth(text: str) -> int:
    """Return how deep the brackets outside of texts go, before anything is parsed."""
    deepest = now = 0
    for found in _TOKEN.finditer(text):
        now += (found[0] in "[{") - (found[0] in "]}")
        deepest = max(deepest, now)
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedEvent("an object has one key twice")
    return found


def _no_number(word: str) -> None:
    raise MalformedEvent(f"{word} is not a number of JSON")
