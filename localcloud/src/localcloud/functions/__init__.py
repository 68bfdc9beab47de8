"""What happens when a function is invoked? Its deployed code runs, in this process."""

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
from localcloud.functions.invocation import function, invocations, later, run
from localcloud.functions.outcome import Outcome

__all__ = ["Outcome", "function", "install", "invocations", "later", "run"]


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
