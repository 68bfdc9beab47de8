"""Which rules does an event match, and where does it go?"""

from __future__ import annotations

from localcloud.events import (
    admission,
    bucket_settings,
    bus,
    destinations,
    metrics,
    notifications,
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
    bucket_settings.install()
    bus.install()
    destinations.install()
    metrics.install()
    notifications.install()
    patterns.install()
    objects.install()
    schedules.install()
    topics.install()
