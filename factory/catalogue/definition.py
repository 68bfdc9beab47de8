"""Which pipeline definition of a recipe was in force when, and was it revoked?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from factory.catalogue import document


def digest(definition: str) -> str:
    """Return the identity of a pipeline definition, whatever its white space and order of keys."""
    return document.digest(document.canonical(json.loads(definition)))


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What the index knows of one definition of one recipe."""

    recipe: str
    digest: str
    periods: tuple[tuple[str, str], ...]
    """When it was in force: moments in ISO 8601 and UTC; the last has no end while it still is."""
    revoked: Mapping[str, str] | None = None
    """By whom, why and when it was revoked."""
    revision: int = 0
    """Counts the writes, so that two writers notice each other; 0: written before they counted."""

    @property
    def since(self) -> str:
        """Return when it came into force last; empty if it never was."""
        return self.periods[-1][0] if self.periods else ""

    def in_force_at(self, moment: str) -> bool:
        """Return whether runs that started at *moment* (ISO 8601, UTC) ran it."""
        return any(begin <= moment and (not end or moment < end) for begin, end in self.periods)

    def began(self, moment: str) -> Definition:
        """Return the definition after it came into force at *moment*; again, if it still is."""
        if self.periods and not self.periods[-1][1]:
            return self
        return replace(self, periods=(*self.periods, (moment, "")))

    def ended(self, moment: str) -> Definition:
        """Return the definition after another one took its place at *moment*."""
        if not self.periods or self.periods[-1][1]:
            return self
        begin, _ = self.periods[-1]
        return replace(self, periods=(*self.periods[:-1], (begin, moment)))

    def item(self) -> dict[str, Any]:
        """Return the definition as plain JSON, without the keys of its table."""
        return {
            "recipe": self.recipe,
            "digest": self.digest,
            "periods": [list(period) for period in self.periods],
            "revoked": dict(self.revoked) if self.revoked else None,
            "revision": self.revision,
        }

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Self:
        """Read what `item` wrote."""
        return cls(
            recipe=item["recipe"],
            digest=item["digest"],
            periods=tuple((begin, end) for begin, end in item["periods"]),
            revoked=item["revoked"],
            revision=item.get("revision", 0),
        )


def moment(at: datetime) -> str:
    """Return *at* as definitions and runs are compared: ISO 8601, UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
