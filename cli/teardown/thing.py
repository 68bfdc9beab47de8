"""What can be removed, and how?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Thing:
    """Something that the factory made."""

    kind: str
    name: str
    remove: Callable[[], object] = field(repr=False, compare=False)

    def __str__(self) -> str:
        """Return what a person calls it."""
        return f"{self.kind} {self.name}"


def pages(client: Any, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """Yield what lies under *key* on every page of a list."""
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(key, ())
