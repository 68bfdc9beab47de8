"""Which operations are answered, and what may a call of one ask for?

Each service has a file here, by moto's name for it:

- ``answered``: the operations that do what they say; all others are refused.
- ``dropped``: members of an operation's input that nothing reads, and ``stored``: those that are
  written down while nothing comes of them. Both are refused when they are given.
- ``values``: members of which only these values are honoured.
- ``harmless``: members that nothing reads and nobody misses, by the reason.
- ``honoured``: members that a search for their names does not find, by where they are read.

Members are paths (``CreateTable.SSESpecification.Enabled``), through lists and maps; one stands for
all below it. A test looks for the names of all the others in moto's source and in ours.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
Members = Mapping[str, tuple[str, ...]]
"""Paths by operation."""


@dataclass(frozen=True)
class Service:
    """What one service takes."""

    answered: frozenset[str]
    dropped: Members
    stored: Members
    values: Mapping[str, Mapping[str, frozenset[str]]]
    """By operation and path."""
    harmless: Members
    """Patterns, by the reason."""
    honoured: Members
    """Patterns, by the place."""


@functools.cache
@functools.cache
def services() -> frozenset[str]:
    """Return moto's names of the services that do here what they say.

    moto has a hundred more: their databases, clusters and mails would exist on paper alone.
    """
    return frozenset(file.stem for file in FOLDER.glob("*.toml"))


def answered(service: str) -> frozenset[str]:
    """Return the operations of a service that are answered."""
    return of(service).answered if service in services() else frozenset()


@functools.cache
def of(service: str) -> Service:
    """Read the file of one service."""
    table = tomllib.loads((FOLDER / f"{service}.toml").read_text(encoding="utf-8"))
    values: dict[str, dict[str, frozenset[str]]] = {}
    for path, allowed in table.get("values", {}).items():
        operation, _, member = path.partition(".")
        values.setdefault(operation, {})[member] = frozenset(allowed.split())
    return Service(
        frozenset(table["answered"].split()),
        **{
            name: {key: tuple(text.split()) for key, text in table.get(name, {}).items()}
            for name in ("dropped", "stored", "harmless", "honoured")
        },
        values=values,
    )


def demand_answered(service: str, operation: str) -> None:
    """Raise NotImplementedError for a service or an operation that nothing here implements.

    A path that is no operation's ("") is moto's to judge.
    """
    if service not in services():
        raise NotImplementedError(f"the service {service} would exist on paper alone")
    if operation and operation not in of(service).answered:
        raise NotImplementedError("it would be written down and nothing would come of it")
