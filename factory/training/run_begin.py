"""What is told of an execution that began? Who asked for it, or an incident that nobody did."""

from __future__ import annotations

from collections.abc import Iterator

from factory.events.event import Event
from factory.events.incident import IncidentOpened
from factory.events.training import RunStarted
from factory.layout import tables
from factory.layout.names import function_actor, model_subject
from factory.training.bound import Bound


def events(record: Bound) -> Iterator[Event]:
    """Yield that a run began and, when it is not what was asked for, an incident about it."""
    yield RunStarted(
        model=record.model,
        execution=record.execution,
        asked_by=record.asked_by,
        request=record.request,
        record=record.digest,
        differs=record.differs,
        reason=record.reason,
        key=record.execution,
    )
    if record.differs:
        yield _incident(record)


def _incident(record: Bound) -> IncidentOpened:
    identity = tables.run_incident(record.model, record.execution)
    return IncidentOpened(
        actor=function_actor("run_events"),
        about=model_subject(record.model),
        incident=identity,
        reason=f"a run is not what was asked for, and will not be promoted: {record.execution}",
        reasons=tuple({"words": words} for words in record.differs),
        key=identity,
    )
