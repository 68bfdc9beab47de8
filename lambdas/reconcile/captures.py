"""Does what serves capture what it answers? One key of a listing tells, or the traffic since."""

from __future__ import annotations

from datetime import datetime, timedelta

import aws
from aws.traffic import traffic
from factory.layout import objects
from factory.reconciliation import captured
from factory.reconciliation.captured import PERIOD, RECENT, Captured
from factory.reconciliation.facts import Facts, Served
from factory.serving.guardrails import VARIANT
from factory.settings import ReconcileSettings


def look(facts: Facts, served: Served, settings: ReconcileSettings) -> Captured | None:
    """Return what was answered since anything was captured; None before it can be told."""
    changed = facts.endpoint.changed if facts.endpoint else ""
    starts = captured.beginnings(facts.now, changed)
    if not starts:
        return None
    place = objects.captured(settings.captures_bucket, served.config, facts.name, VARIANT)
    without = _without(place, starts)
    since = starts[without - 1] if without else None
    return Captured(
        came=without < min(RECENT, len(starts)),
        answered=_answered(facts.name, since, captured.until(facts.now)) if since else 0,
        percent=served.asked["config"]["DataCaptureConfig"]["InitialSamplingPercentage"],
    )


def _without(place: str, starts: tuple[datetime, ...]) -> int:
    """Return since how many of *starts*, the latest first, there is no capture."""
    for count, start in enumerate(starts):
        after = f"{aws.place(place)['Key']}{captured.folder(start)}"
        if aws.s3_page(place, after=after, limit=1):
            return count
    return len(starts)


def _answered(endpoint: str, start: datetime, end: datetime) -> int:
    found = traffic(endpoint, start, end - timedelta(seconds=PERIOD), PERIOD)
    requests, refused, failed = (found[word].total() for word in ("requests", "refused", "failed"))
    return requests - refused - failed
