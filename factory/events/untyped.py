"""What happened, of a type that no class describes yet?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from factory.errors import MalformedEvent


@dataclass(frozen=True, kw_only=True)
class UntypedEvent:
    """One fact on the factory's bus, on its way to the ledger."""

    type: str
    """What happened, `noun.verb` in the past tense: `model.deployed`."""
    subject: str
    """To what: `model/income/3`, `dataproduct/census_train/1`."""
    actor: str
    """By whom: a person's source identity, or the ARN of the role that acted."""
    reason: str
    """Why, in words; never empty."""
    key: str
    """What makes it happen once: the same type, subject and key is the same event."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else a reader needs; plain JSON."""

    def __post_init__(self) -> None:
        """Refuse an event that does not say what, by whom and why."""
        for name in ("type", "subject", "actor", "reason", "key"):
            if not getattr(self, name):
                raise MalformedEvent(f"event {self.type or '?'}: {name} is empty; say it")

    @property
    def id(self) -> str:
        """Return the identity that a redelivery shares: SHA-256 of type, subject and key."""
        return hashlib.sha256(f"{self.type}|{self.subject}|{self.key}".encode()).hexdigest()

    def body(self) -> dict[str, Any]:
        """Return the `detail` of the EventBridge entry."""
        return {
            "id": self.id,
            "subject": self.subject,
            "actor": self.actor,
            "reason": self.reason,
            "key": self.key,
            "detail": dict(self.detail),
        }

    @classmethod
    def from_envelope(cls, envelope: Mapping[str, Any]) -> Self:
        """Read the event that EventBridge delivers in *envelope*."""
        try:
            body = envelope["detail"]
            return cls(
                type=envelope["detail-type"],
                subject=body["subject"],
                actor=body["actor"],
                reason=body["reason"],
                key=body["key"],
                detail=body["detail"],
            )
        except KeyError as missing:
            kind = envelope.get("detail-type", "event")
            raise MalformedEvent(f"{kind}: the envelope has no {missing}") from missing
