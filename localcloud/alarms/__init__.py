"""When does an alarm change its state, and who is told?"""

from __future__ import annotations

from localcloud.alarms import evaluation, state

__all__ = ["install"]


def install() -> None:
    """Evaluate alarms on the cloud's clock and let every change of state act."""
    state.install()
    evaluation.install()
