"""Which members of a family would serve an earlier version again, and which would not?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factory.commands.rollback import Version

SHORT = 16  # digits of the digest that a person repeats


@dataclass(frozen=True, kw_only=True)
class Move:
    """What one member serves, and what it would serve again."""

    model: str
    serves: int
    to: Version

    @property
    def words(self) -> str:
        """Return the move in words."""
        return f"{self.model}: from version {self.serves} to {self.to.number}"


@dataclass(frozen=True, kw_only=True)
class Moves:
    """The rollbacks that are commanded at once; promotion checks each by itself."""

    members: tuple[Move, ...]
    apart: Mapping[str, str]
    """By model, why it stays as it is."""

    @property
    def digest(self) -> str:
        """Return the digest of what serves and of each package that would."""
        lines = sorted(f"{each.model}\t{each.serves}\t{each.to.package}" for each in self.members)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:SHORT]

    def lines(self) -> Iterator[str]:
        """Yield what whoever commands them must read."""
        for each in self.members:
            yield f"  {each.words}"
        for model, why in self.apart.items():
            yield f"  not among them: {model}: {why}"
