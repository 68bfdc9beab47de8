"""What began and what came of it, as SageMaker tells it? Each is written down once."""

from __future__ import annotations

from contextlib import suppress

import aws
from aws import runs
from factory.errors import Conflict
from factory.layout import objects
from factory.settings import RunEventsSettings
from factory.training import bound
from factory.training import registration as registrations
from factory.training.bound import Bound
from factory.training.registration import Registration
from factory.training.run_begin import events


def bind(execution: str, settings: RunEventsSettings) -> None:
    """Write the bound record of an execution unless there is one, and tell what it says.

    Told again, it is the same events: what was written first is what is told.
    """
    seen = runs.seen(execution)
    model = bound.model_of(seen.parameters)
    record = runs.bound(settings.evidence_bucket, model, execution)
    if record is None:
        request = runs.request(settings.evidence_bucket, model, seen)
        record = _written(bound.bind(seen, request, settings.retrain_role), settings)
    aws.emit(settings.bus_name, "run_events", *events(record))


def known(execution: str, model: str, settings: RunEventsSettings) -> bool:
    """Say whether an execution has its bound record."""
    return runs.bound(settings.evidence_bucket, model, execution) is not None


def register(execution: str, model: str, package: str, settings: RunEventsSettings) -> None:
    """Write down, once, the *package* that an execution has registered, and how it came about.

    Promotion decides from that, in whatever account it is: it asks SageMaker about no run.
    """
    text = runs.definition(execution)
    record = Registration(
        package=package,
        containers=registrations.containers(text),
        seen=runs.seen_by(execution, text),
    )
    uri = objects.registration(settings.evidence_bucket, model, execution)
    with suppress(Conflict):  # another delivery has written it
        aws.s3_put(uri, record.body(), if_none_match=True)


def _written(record: Bound, settings: RunEventsSettings) -> Bound:
    """Write the record once; return what is written, which another delivery may have been."""
    bucket = settings.evidence_bucket
    try:
        uri = objects.bound(bucket, record.model, record.execution)
        aws.s3_put(uri, record.body(), if_none_match=True)
    except Conflict:
        return runs.bound(bucket, record.model, record.execution) or record
    return record
