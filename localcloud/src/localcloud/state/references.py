"""What is written down by its name, because it is elsewhere or large?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class NotPlain(Exception):
    """Something that a state cannot hold."""


class Foreign(Exception):
    """Bytes that no state of this cloud's holds, or a folder that is none."""


@dataclass(frozen=True)
class Reference:
    """Objects of one class that are written down by name."""

    name_of: Callable[[Any], Any]
    find: Callable[[Any], Any]


@dataclass(frozen=True)
class References:
    """All that is written by name in one piece of state."""

    by_class: dict[type, tuple[str, Reference]] = field(default_factory=dict)

    def name_of(self, obj: Any) -> Any:
        """Return how *obj* is written down by name; None if it is not."""
        found = self.by_class.get(type(obj))
        if found is None:
            return None
        name = found[1].name_of(obj)
        return None if name is None else (found[0], name)

    def find(self, name: Any) -> Any:
        """Return the object of such a name."""
        for kind, reference in self.by_class.values():
            if isinstance(name, tuple) and name[:1] == (kind,):
                return reference.find(name[1])
        raise Foreign(f"it names {name!r}, which is not there")
