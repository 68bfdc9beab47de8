"""What comes of the events that a log group keeps?"""

from __future__ import annotations

from localcloud.logs import embedded_metrics, prefixes, retentions

__all__ = ["install"]


def install() -> None:
    """Let log events go when their time is over, and the metrics in them arrive."""
    embedded_metrics.install()
    prefixes.install()
    retentions.install()
