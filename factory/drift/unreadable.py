"""What is told of captured requests that nobody can read?"""

from __future__ import annotations

from factory.drift.baseline import Baseline
from factory.drift.bin_counts import BinCounts
from factory.events.incident import IncidentOpened
from factory.layout.names import function_actor, model_subject
from factory.layout.tables import unreadable_incident


def incident(counts: BinCounts, baseline: Baseline) -> IncidentOpened | None:
    """Return the incident of a file that has such lines: one for each configuration.

    It tells numbers alone: a line may hold what a person was asked about.
    """
    if not counts.unreadable:
        return None
    identity = unreadable_incident(baseline.model, baseline.config)
    return IncidentOpened(
        about=model_subject(baseline.model),
        actor=function_actor("watch"),
        reason=f"a capture file of {baseline.config} has lines that are no captured requests; they "
        "count as malformed; find out who writes below captures/, or what its data capture writes",
        key=identity,
        incident=identity,
        reasons=(),
    )
