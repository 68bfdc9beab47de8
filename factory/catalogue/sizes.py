"""Is anything of a spec too large, or hidden from who reads it? It goes to tags, items and mails.

Like `bounds`, it is asked of what is to be deployed; what was deployed before is read all the same.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from factory import reasons

PROSE = {"purpose": 1000, "card.intended_use": 4000, "card.limitations": 4000, "card.ethics": 4000,
         "gates.fairness.exempt": 1000}  # fmt: skip
LONGEST = 256  # characters of any other text
LARGEST = 10**9
MOST = {"features": 2000, "builders": 100}
"""Names in a list: a window's counts, a state of drift and a finding grow with the features."""
TOGETHER = 64 * 1024
"""Characters of all features together."""
MOST_ENTRIES = 100  # of a mapping
FOLDER = re.compile(r"[a-z][a-z0-9_]{0,62}")


def violations(model: Any) -> Iterator[str]:
    """Yield each field of *model* that is too large or not what it seems; its types are right."""
    yield from _of(model, "")
    together = sum(map(len, model.features))
    if together > TOGETHER:
        yield f"features: have {together} characters together, and {TOGETHER} may be; shorten them"
    if not FOLDER.fullmatch(model.recipe):
        yield f"recipe: {reasons.quoted(model.recipe)} is not a folder's name below pipelines/"


def _of(value: Any, path: str) -> Iterator[str]:
    """Yield what is wrong with *value* and with all that it holds."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _of(getattr(value, field.name), f"{path}.{field.name}".strip("."))
    elif isinstance(value, Mapping):
        yield from _many(value, MOST_ENTRIES, path)
        for key, each in list(value.items())[:MOST_ENTRIES]:
            yield from _text(key, path)
            yield from _of(each, f"{path}.{reasons.shown(key, 40)}")
    elif isinstance(value, tuple):
        yield from _many(value, MOST.get(path, MOST_ENTRIES), path)
        for each in value[: MOST.get(path, MOST_ENTRIES)]:
            yield from _text(each, path)
    elif isinstance(value, str):
        yield from _text(value, path)
    elif value is not None:
        yield from _number(value, path)


def _many(value: Any, most: int, path: str) -> Iterator[str]:
    if len(value) > most:
        yield f"{path}: has {len(value)} entries, and {most} may be; keep the telling ones"


def _text(text: str, path: str) -> Iterator[str]:
    most = PROSE.get(path, LONGEST)
    if len(text) > most:
        yield f"{path}: {reasons.quoted(text, 60)} has {len(text)} characters; {most} may be"
    elif not text.isprintable() and (odd := reasons.hidden(text)):
        yield f"{path}: {reasons.quoted(text, 60)} has what nobody sees ({odd}); leave it out"


def _number(value: float, path: str) -> Iterator[str]:
    if not abs(value) < math.inf:
        yield f"{path}: {value} is not finite; give a number"
    elif abs(value) > LARGEST:
        yield f"{path}: is beyond {LARGEST}; give a number that can be"
