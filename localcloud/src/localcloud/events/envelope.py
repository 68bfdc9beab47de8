"""What does an event look like to its targets?"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud import clock, places

if TYPE_CHECKING:
    from collections.abc import Iterable


def envelope(
    source: str, detail_type: str, detail: dict[str, Any], resources: Iterable[str] = ()
) -> dict[str, Any]:
    """Return an event as targets see it, of the account and region of the work that goes on."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": places.here().account,
        "time": timestamp(clock.now()),
        "region": places.here().region,
        "resources": list(resources),
        "detail": detail,
    }


def timestamp(seconds: float) -> str:
    """Write a time as EventBridge does: UTC, whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
