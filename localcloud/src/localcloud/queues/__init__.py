"""What happens to a message between its sending and its end?"""

from __future__ import annotations

from localcloud.queues import (
    attributes,
    chains,
    delays,
    metrics,
    moves,
    origins,
    polling,
    receiving,
)

__all__ = ["install"]


def install() -> None:
    """Deliver, delay, bury, bring back and measure messages as SQS does."""
    attributes.install()
    polling.install()
    origins.install()
    chains.install()
    receiving.install()
    delays.install()
    moves.install()
    metrics.install()
