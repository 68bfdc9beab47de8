"""Which rules does an event match, and where does it go?"""

from __future__ import annotations

from localcloud.events import (
    admission,
    bus,
    destinations,
    metrics,
    objects,
    patterns,
    schedules,
    topics,
)
from localcloud.events.bus import emit

__all__ = ["emit", "install"]


def install() -> None:
    """Let EventBridge, S3 and SNS deliver as AWS does: later, and only where they are admitted."""
    admission.install()
    bus.install()
    destinations.install()
    metrics.install()
    patterns.install()
    objects.install()
    schedules.install()
    topics.install()
