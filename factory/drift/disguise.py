"""What is told of requests that pretend to be the factory's own?"""

from __future__ import annotations

from factory.drift.baseline import Baseline
from factory.drift.bin_counts import BinCounts
from factory.events.incident import IncidentOpened
from factory.layout.names import PROBE, function_actor, model_subject
from factory.layout.tables import disguise_incident


def incident(counts: BinCounts, baseline: Baseline) -> IncidentOpened | None:
    """Return the incident of a file that has such requests: one for each configuration."""
    if not counts.disguised:
        return None
    identity = disguise_incident(baseline.model, baseline.config)
    return IncidentOpened(
        about=model_subject(baseline.model),
        actor=function_actor("watch"),
        reason=f"{baseline.config} gets requests whose inference ids begin with {PROBE} and were "
        "not signed by the factory; they are watched as any others, find out who sends them",
        key=identity,
        incident=identity,
        reasons=(),
    )
