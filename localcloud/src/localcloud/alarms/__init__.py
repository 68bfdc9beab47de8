"""When does an alarm change its state, and who is told?"""

from __future__ import annotations

from localcloud.alarms import admission, evaluation, metrics, state

__all__ = ["install"]


def install() -> None:
    """Evaluate alarms on the cloud's clock, let changes of state act and metrics be read right."""
    admission.install()
    metrics.install()
    state.install()
    evaluation.install()
