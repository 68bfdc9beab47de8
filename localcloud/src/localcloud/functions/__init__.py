"""What happens when a function is invoked? Its deployed code runs, in a process of its own."""

from __future__ import annotations

from localcloud.functions import (
    admission,
    configuration,
    invocation,
    metrics,
    permissions,
    recursion,
    urls,
    versions,
)
from localcloud.functions.asynchronous import later
from localcloud.functions.invocation import function
from localcloud.functions.outcome import Outcome
from localcloud.functions.pool import Throttled
from localcloud.functions.runs import has_turn, invocations, run

__all__ = [
    "Outcome",
    "Throttled",
    "function",
    "has_turn",
    "install",
    "invocations",
    "later",
    "run",
]


def install() -> None:
    """Make moto run functions here instead of in Docker, called by API or by URL."""
    admission.install()
    configuration.install()
    invocation.install()
    metrics.install()
    permissions.install()
    recursion.install()
    urls.install()
    versions.install()
