"""What happens to a message between its sending and its end?"""

from __future__ import annotations

from localcloud.queues import (
    attributes,
    delays,
    dlq_sources,
    metrics,
    polling,
    receiving,
    recursion_guard,
    redrive_tasks,
)

__all__ = ["install"]


def install() -> None:
    """Deliver, delay, dead-letter, redrive and measure messages as SQS does."""
    attributes.install()
    polling.install()
    dlq_sources.install()
    recursion_guard.install()
    receiving.install()
    delays.install()
    redrive_tasks.install()
    metrics.install()
