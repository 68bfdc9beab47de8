"""How can a step end, and what does it leave?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class StepFailedError(Exception):
    """A step that ended badly; its text is the step's FailureReason."""

    def __init__(
        self,
        reason: str,
        metadata: Mapping[str, Any] | None = None,
        exception: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.metadata = dict(metadata or {})
        self.exception = exception
        """The ExceptionType of retry policies that this is, if it is one."""


class StepStoppedError(Exception):
    """A step whose job was stopped with the execution."""

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        super().__init__("stopped")
        self.metadata = dict(metadata)


@dataclass(frozen=True)
class Done:
    """What a step leaves: its properties for later steps, and its entry's Metadata."""

    properties: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    """The execution whose run of the step was used again, when nothing was done anew."""


@dataclass(frozen=True)
class Report:
    """How a step stands."""

    status: str
    """Executing first, and again for every attempt; then Succeeded, Failed or Stopped."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    attempt: int = 1
    source: str | None = None
    """As in Done."""
