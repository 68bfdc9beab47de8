"""What does EventBridge deliver, whatever the type of the event?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from factory.errors import MalformedEvent
from factory.events import wire

SOURCE_PREFIX = "modelworks."
"""Sources on the factory's bus are this and the name of the function that emits."""

WRITER = "audit_log"
"""The function that writes the ledger; it alone records what no function may emit."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """An event as it comes over the bus, before anybody looks at what its type promises."""

    type: str
    source: str
    time: str
    """When it was put on the bus, in ISO 8601."""
    subject: str
    actor: str
    reason: str
    key: str
    detail: Mapping[str, Any]
    claimed: str = ""
    """The id that its sender gives it; empty when none is given."""

    @property
    def function(self) -> str:
        """Return the function that its source names; empty when it is no source of ours."""
        ours = self.source.startswith(SOURCE_PREFIX)
        return self.source.removeprefix(SOURCE_PREFIX) if ours else ""

    @property
    def id(self) -> str:
        """Return the identity that a redelivery shares, whatever the sender says it is."""
        return identity(self.source, self.type, self.subject, self.key)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read *raw*; MalformedEvent names the type and what is missing, empty or wrong."""
        raw = wire.read(Mapping[str, Any], raw, "event")
        kind = _text(raw, "detail-type", "event")
        body = wire.read(Mapping[str, Any], raw.get("detail"), f"{kind}: the body")
        parts = {name: _text(body, name, kind) for name in ("subject", "actor", "reason", "key")}
        if "detail" not in body:
            raise MalformedEvent(f"{kind}: the envelope has no 'detail'")
        detail = wire.read(Mapping[str, Any], body["detail"], f"{kind}: detail")
        return cls(
            type=kind,
            source=_text(raw, "source", kind),
            time=_text(raw, "time", kind),
            detail=detail,
            claimed=_text(body, "id", kind) if "id" in body else "",
            **parts,
        )


def identity(source: str, kind: str, subject: str, key: str) -> str:
    """Return the id of an event: the SHA-256 of the four as a JSON list, which joins no two alike.

    The source is part of it: no function can take the id of an event of another.
    """
    named = json.dumps([source, kind, subject, key], separators=(",", ":"))
    return hashlib.sha256(named.encode("ascii")).hexdigest()


def _text(raw: Mapping[str, Any], name: str, kind: str) -> str:
    if name not in raw:
        raise MalformedEvent(f"{kind}: the envelope has no {name!r}")
    found: str = wire.read(str, raw[name], f"{kind}: {name}")
    if not found:
        raise MalformedEvent(f"{kind}: {name} is empty; say it")
    return found
