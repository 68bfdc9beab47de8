"""What does a version let through that the champion's spec did not, and who has seen that?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from factory.catalogue import document
from factory.catalogue.change import Change, changes, words
from factory.catalogue.spec import Judged, Model
from factory.errors import Refused

SHORT = 12
"""Digits of the digest that people read and type."""
ACCEPTS = re.compile(rf"\s*\[accepts loosened ([0-9a-f]{{{SHORT}}})\]\s*$")
"""What ends a reason whose giver was shown what is loosened: it is sent with the decision."""


@dataclass(frozen=True, kw_only=True)
class Loosened:
    """What the spec that a version was judged by loosens of the one the champion was judged by.

    It is compared with the champion and not with the last spec: many small steps are one large one.
    """

    since: int = 0
    """The champion's version; 0 when there is none, and nothing can be loosened."""
    changes: tuple[Change, ...] = ()
    unknown: str = ""
    """Why the two cannot be compared; empty when they can."""

    def __bool__(self) -> bool:
        """Whether anything is loosened, or may be."""
        return bool(self.changes or self.unknown)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of every change with both its values; empty when there is none."""
        if not self:
            return ""
        found = [change.plain() for change in self.changes]
        told = {"since": self.since, "changes": found, "unknown": bool(self.unknown)}
        return document.digest(document.canonical(told))

    @property
    def short(self) -> str:
        """Return as much of the digest as people type."""
        return self.digest[:SHORT]

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        found = [change.plain() for change in self.changes]
        return {"since": self.since, "changes": found, "unknown": self.unknown}

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """Read what `plain` wrote; nothing is loosened where nothing is written."""
        return cls(
            since=found.get("since", 0),
            changes=tuple(map(Change.of, found.get("changes", ()))),
            unknown=found.get("unknown", ""),
        )

    def lines(self) -> Iterator[str]:
        """Yield a line for each change, with both values, and for what is not known."""
        if self.unknown:
            yield f"unknown since version {self.since}: {self.unknown}"
        yield from (f"{change} since version {self.since}" for change in self.changes)


def compared(before: Judged, after: Judged, since: int) -> Loosened:
    """Return what *after* loosens of *before*, the judged document of the champion *since*."""
    found = tuple(change for change in changes(before, after) if change.loosens)
    return Loosened(since=since, changes=found)


def accepting(reason: str, found: Loosened) -> str:
    """Return *reason* as somebody gives it who was shown what is *found* to be loosened."""
    return f"{reason} [accepts loosened {found.short}]" if found else reason


def accepted(reason: str) -> str:
    """Return the beginning of the digest that the giver of *reason* was shown; empty for none."""
    found = ACCEPTS.search(reason)
    return found[1] if found else ""


def told(reason: str) -> str:
    """Return *reason* without the digest that it accepts."""
    return ACCEPTS.sub("", reason)


def check(reason: str, model: Model, found: Loosened) -> None:
    """Raise Refused unless whoever gave *reason* was shown what is *found*, or need not have been.

    In tier 1 it has to be said. In the others an approval that does not say so holds, since the
    registry's own pages know nothing of specs: its record then says that nothing was shown.
    """
    seen = accepted(reason)
    if seen and seen != found.short:
        raise Refused(
            f"the approver was shown changes {seen} of the spec, by now they are "
            f"{found.short or 'none'}: {_said(found)}; read `factory review` and approve again"
        )
    if found and not seen and model.tier == 1:
        raise Refused(
            f"{model.name} is of tier 1, and this version was judged by less than the champion: "
            f"{_said(found)}; whoever accepts that approves with --accept-loosened {found.short}"
        )


def _said(found: Loosened) -> str:
    return found.unknown or words(found.changes) or "nothing is loosened"
