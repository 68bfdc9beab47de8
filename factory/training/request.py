"""Why is a run wanted, and of which model?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from factory.errors import MalformedEvent
from factory.events.data import DataProductPublished
from factory.events.envelope import Envelope
from factory.events.people import TrainingRequested
from factory.events.training import RetrainingRequested
from factory.layout.names import function_actor
from factory.training import run_policy


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One run that somebody or something wants."""

    model: str
    cause: str
    """The same cause has the same text: a publication in words, an incident, or a command."""
    reason: str
    asked_by: str
    """Who or what asks: `person/NAME` or `function/NAME`."""
    behind: str = ""
    """Whose deed the cause was, in words; empty when nobody's is known."""
    code: str = ""
    """The SHA-256 of training code that the person has brought; empty for the recipe's own."""
    since: str = ""
    """When drift asked for it; empty for any other cause."""

    def body(self) -> dict[str, str]:
        """Return the message as plain JSON."""
        return asdict(self)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """Read a message of `fan_out`, or an event as EventBridge delivers it: of drift, or a wish.

        What a person asks for is a cause of its own, however often the same was asked for.
        """
        if body.get("detail-type") == TrainingRequested.TYPE:
            return cls._of_person(TrainingRequested.of(body))
        if "detail-type" in body:
            asked = RetrainingRequested.of(body)
            who = function_actor("respond")
            return cls(
                model=asked.model,
                cause=asked.incident,
                reason=asked.reason,
                asked_by=who,
                since=Envelope.of(body).time,
            )
        return cls(
            **_fields(body, "model", "cause", "reason", "asked_by", "behind"),
        )

    @classmethod
    def _of_person(cls, asked: TrainingRequested) -> Self:
        return cls(
            model=asked.model,
            cause=f"{run_policy.COMMAND}{asked.key}",
            reason=asked.reason,
            asked_by=asked.actor,
            code=asked.code,
        )


@dataclass(frozen=True, kw_only=True)
class Publication:
    """A snapshot that was published, and from which model on its models have yet to be asked."""

    product: str
    snapshot: int
    after: str = ""
    """The last model that was asked; empty before the first."""
    behind: str = ""
    """Who landed the file, in S3's words."""
    superseded_by: int = 0
    """The snapshot that was newer already when this one was published; 0 for none."""

    def wanted(self, model: str) -> Wanted:
        """Return the run of *model* that the snapshot is a cause for."""
        cause = f"{self.product} snapshot {self.snapshot} was published"
        return Wanted(
            model=model,
            cause=cause,
            reason=cause,
            asked_by=function_actor("fan_out"),
            behind=f"{self.behind} landed its file" if self.behind else "",
        )

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
            who = published.source.requester
            return cls(
                product=published.product,
                snapshot=published.snapshot,
                behind=who,
                superseded_by=published.superseded_by,
            )
        return cls(**_fields(body, "product", "snapshot", "after", "behind"))


def _fields(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    missing = [name for name in names if name not in body]
    if missing:
        raise MalformedEvent(f"a message about runs lacks {', '.join(missing)}: {dict(body)}")
    return {name: body[name] for name in names}
