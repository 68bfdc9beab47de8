"""What is wrong with the ledger, where, and what was seen of it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from factory.ledger.chain import Head


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, and its place."""

    kind: str
    """What was compared, in one word; docs/audit/verify-offline.md lists them."""
    key: str
    """The object's key, or that of the index's item."""
    index: int | None
    """The segment's number."""
    line: int | None
    words: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        line = f" line {self.line}" if self.line else ""
        return f"{self.key}{line}: {self.kind}: {self.words}"


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """What somebody has kept of the ledger, outside of it."""

    tail: Head
    by: str
    """Who remembers, in words."""
    bucket: str = ""
    """Where the ledger was; empty when that is not remembered."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a verification saw."""

    segments: int
    events: int
    tail: Head
    """The last segment there is; keep it where nobody of the account can change it."""
    findings: tuple[Finding, ...]
    aside: Mapping[str, int] = field(default_factory=dict)
    """How many messages were set aside, by the type of the event that says so."""

    @property
    def sound(self) -> bool:
        """Tell whether nothing at all is wrong."""
        return not self.findings
