"""By how much is each member better than its naive model? Read from the evidence, in columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from factory.gates import estimates
from factory.gates.estimates import Estimate
from factory.gates.verdict import Evidence, Missing
from factory.tasks.task import MEAN

FACTS = ("value", "standard_error", "units", "better", "worse")
"""What is known of a member's gain, each as a list of the evidence."""
FEWEST = 12
"""Units of a member that does not lack data."""
MOST = 10_000
"""Members of one model."""


def listed(
    section: Evidence, columns: tuple[str, ...]
) -> Iterator[tuple[str, tuple[Estimate | None, int]]]:
    """Yield each member by its name: its gain, and how many rows are not answered."""
    if _list(section, "columns") != list(columns):
        raise Missing(f"members are told apart by {section['columns']}, the task says {columns}")
    levels, unanswered = _list(section, "levels"), _list(section, "unanswered")
    lists = {name: _list(section, name) for name in FACTS}
    if {len(found) for found in (unanswered, *lists.values())} != {len(levels)} or not levels:
        raise Missing(f"{len(levels)} members have not one entry each in {', '.join(lists)}")
    names = [_name(each, columns) for each in levels]
    if len(set(names)) != len(names):
        raise Missing("two members have one name")
    for place, name in enumerate(names):
        rows = unanswered[place]
        if type(rows) is not int or rows < 0:
            raise Missing(f"{name}: unanswered is {rows!r}, not a count")
        yield name, (_gain(name, {fact: lists[fact][place] for fact in FACTS}), rows)


def _gain(name: str, facts: Evidence) -> Estimate | None:
    if all(fact is None for fact in facts.values()):
        return None
    found = estimates.of({"interval": MEAN, **facts})
    if found.units < FEWEST:
        raise Missing(f"{name}: {found.units} units show nothing; {FEWEST} do")
    return found


def _list(section: Evidence, name: str) -> list[Any]:
    found = section.get(name)
    if not isinstance(found, list):
        raise Missing(f"members.{name} is not a list")
    return found


def _name(levels: Any, columns: tuple[str, ...]) -> str:
    if not isinstance(levels, list) or len(levels) != len(columns):
        raise Missing("a member has not one level for each column")
    if not all(isinstance(level, str) for level in levels):
        raise Missing("a member's level is not a text")
    return ", ".join(f"{c}={level}" for c, level in zip(columns, levels, strict=True))
