"""Where does what is there differ from what promotion asked for? Value by value, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factory import reasons

KEYS = ("VariantName", "CaptureMode", "Name")
"""Members by which the entries of a list are known, whatever their order."""
WHOLE = ("Environment",)
"""Members that hold nothing but what was asked for; elsewhere AWS adds defaults of its own."""
LONGEST = 80  # characters of one value


def unlike(
    asked: Mapping[str, Any], found: Mapping[str, Any], unasked: Sequence[str] = ()
) -> list[str]:
    """Return how *found* differs from what was *asked* for, and which *unasked* members it has."""
    extra = [name for name in unasked if name not in asked and found.get(name)]
    more = [f"{name} is there, and was not asked for" for name in extra]
    return [*_unlike(asked, found, ""), *more]


def _unlike(asked: Any, found: Any, where: str) -> Iterator[str]:
    match asked, found:
        case Mapping(), Mapping():
            last = where.rsplit(".", 1)[-1]
            names = {*asked, *found} if last in WHOLE else {*asked}
            for name in sorted(names):
                below = f"{where}.{name}" if where else name
                yield from _unlike(asked.get(name), found.get(name), below)
        case list(), list() if len(asked) == len(found):
            pairs = zip(_ordered(asked), _ordered(found), strict=True)
            for number, (one, other) in enumerate(pairs):
                yield from _unlike(one, other, f"{where}[{number}]")
        case _ if asked == found or (not asked and not found and asked is not False):
            return
        case _:
            yield f"{where} is {_shown(found)}, and {_shown(asked)} was asked for"


def _ordered(entries: list[Any]) -> list[Any]:
    for key in KEYS:
        if all(isinstance(each, Mapping) and key in each for each in entries):
            return sorted(entries, key=lambda each: str(each[key]))
    return entries


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return reasons.shown(text, LONGEST) if value is not None else "nothing"
