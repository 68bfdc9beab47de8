"""Where does what is there differ from what was deployed? Values are compared, one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from factory.stack_drift.intrinsics import Gapped

ABSENT = "nothing"
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Mismatch:
    """One value that is not as it was deployed."""

    where: str
    """Its place: `Targets[Target0].Arn`."""
    deployed: str
    """What it was, in words for people."""
    found: str
    """What it is."""


@dataclass(frozen=True)
class Compared:
    """What came of a comparison."""

    mismatches: tuple[Mismatch, ...] = ()
    values: int = 0
    """How many values were compared in full."""
    skipped: tuple[str, ...] = ()
    """Where a value could not be known in full, so that at most its known parts were compared."""

    def __add__(self, other: Compared) -> Compared:
        """Return both together."""
        return Compared(
            self.mismatches + other.mismatches,
            self.values + other.values,
            self.skipped + other.skipped,
        )


def compared(deployed: Any, found: Any, where: str) -> Compared:
    """Compare what is *deployed*, in which texts may be gapped, with what is *found*.

    Numbers are compared as such, whichever of the two is a text: APIs write them so.
    """
    if isinstance(deployed, Gapped):
        fits = isinstance(found, str) and deployed.fits(found)
        unlike = () if fits or not any(deployed.parts) else (_mismatch(where, deployed, found),)
        return Compared(unlike, skipped=(where,))
    if isinstance(deployed, Mapping) and isinstance(found, Mapping):
        names = sorted({*deployed, *found})
        each = (compared(deployed.get(n), found.get(n), _below(where, n)) for n in names)
        return sum(each, Compared())
    if isinstance(deployed, list) and isinstance(found, list):
        return _lists(deployed, found, where)
    same = plain(deployed) == plain(found)
    return Compared(() if same else (_mismatch(where, deployed, found),), values=1)


def _lists(deployed: list[Any], found: list[Any], where: str) -> Compared:
    """Compare by the ids of the entries where they have any, else in order."""
    key = _key([*deployed, *found])
    if key:
        one, other = ({str(e[key]): e for e in entries} for entries in (deployed, found))
        pairs = [(f"{where}[{n}]", one.get(n), other.get(n)) for n in sorted({*one, *other})]
    elif all(isinstance(each, str | int | float) for each in [*deployed, *found]):
        before, after = sorted(deployed, key=str), sorted(found, key=str)
        same = list(map(plain, before)) == list(map(plain, after))
        return Compared(() if same else (_mismatch(where, before, after),), values=1)
    else:
        pairs = [
            (f"{where}[{number}]", before, after)
            for number, (before, after) in enumerate(zip_longest(deployed, found))
        ]
    return sum((compared(b, a, place) for place, b, a in pairs), Compared())


def _key(entries: list[Any]) -> str:
    """Return the member by which the entries of a list are known; empty without one."""
    for key in ("Id", "Name"):
        if entries and all(isinstance(e, Mapping) and isinstance(e.get(key), str) for e in entries):
            return key
    return ""


def _below(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def plain(value: Any) -> Any:
    """Return *value* so that the spellings of a template and of an API are equal."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return None if value in ([], {}) else value


def _mismatch(where: str, deployed: Any, found: Any) -> Mismatch:
    return Mismatch(where, words(deployed), words(found))


def words(value: Any) -> str:
    """Return *value* for people."""
    if value is None or value in ([], {}):
        return ABSENT
    if isinstance(value, str | Gapped):
        return str(value)
    return json.dumps(value, sort_keys=True, default=str)
