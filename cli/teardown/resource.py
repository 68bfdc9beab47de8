"""What can be removed, and how?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Resource:
    """Something that the factory created."""

    kind: str
    name: str
    remove: Callable[[], object] = field(repr=False, compare=False)

    def __str__(self) -> str:
        """Return what a person calls it."""
        return f"{self.kind} {self.name}"
