"""Why is a run wanted, and of which model?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from factory.errors import MalformedEvent
from factory.events.data import DataProductPublished
from factory.events.training import RetrainingRequested


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One run that somebody or something wants."""

    model: str
    cause: str
    """The same cause has the same text: a publication in words, or an incident."""
    reason: str

    def body(self) -> dict[str, str]:
        """Return the message as plain JSON."""
        return asdict(self)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """Read a message of `fan_out`, or a `retraining.requested` as EventBridge delivers it."""
        if "detail-type" in body:
            asked = RetrainingRequested.of(body)
            return cls(model=asked.model, cause=asked.incident, reason=asked.reason)
        return cls(**_fields(body, "model", "cause", "reason"))


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A snapshot that was published, and from which model on its models have yet to be asked."""

    product: str
    snapshot: int
    after: str = ""
    """The last model that was asked; empty before the first."""

    def wanted(self, model: str) -> Wanted:
        """Return the run of *model* that the snapshot is a cause for."""
        cause = f"{self.product} snapshot {self.snapshot} was published"
        return Wanted(model=model, cause=cause, reason=cause)

    def from_(self, model: str) -> Publication:
        """Return the rest, once *model* and all before it were asked."""
        return replace(self, after=model)

    def body(self) -> dict[str, Any]:
        """Return the message as plain JSON."""
        return asdict(self)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """Read a `dataproduct.published` as EventBridge delivers it, or a page's own message."""
        if "detail-type" in body:
            published = DataProductPublished.of(body)
            return cls(product=published.product, snapshot=published.snapshot)
        return cls(**_fields(body, "product", "snapshot", "after"))


def _fields(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    missing = [name for name in names if name not in body]
    if missing:
        raise MalformedEvent(f"a message about runs lacks {', '.join(missing)}: {dict(body)}")
    return {name: body[name] for name in names}
