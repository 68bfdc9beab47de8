"""Has traffic drifted? Every capture file is counted once, and every full window is judged."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aws
from aws.batch import each
from factory import drift
from factory.catalogue.spec import Watch
from factory.drift import Baseline, BinCounts, capture, disguise, unreadable, window
from factory.drift.items import ProcessedFile
from factory.errors import Conflict, NotFound
from factory.layout import objects
from factory.settings import WatchSettings
from lambdas.watch import notifications, state

ATTEMPTS = 10  # each failed one means that another file of the same model was counted


@dataclass(frozen=True, kw_only=True)
class WatchInputs:
    """What is read before a file is counted."""

    key: str
    counts: BinCounts
    baseline: Baseline
    rule: Watch


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Count each capture file of an SQS batch of S3's "Object Created" events."""
    settings = WatchSettings.from_env(os.environ)
    return each(event, lambda envelope: watch(envelope, settings))


def watch(envelope: dict[str, Any], settings: WatchSettings) -> None:
    """Count a file unless it was counted before, and send what came of it unless that was sent.

    The counts are stored first, and with them what is to be sent: after a crash between the two, a
    redelivery finds the notification and sends it. Sending it twice changes nothing.
    """
    file = state.processed(settings.windows_table, envelope["detail"]["object"]["key"])
    if file is None:
        inputs = _gather(envelope, settings)
        file = _count(inputs, settings) if inputs else None
    if file:
        notifications.send(file, settings)


def _gather(envelope: dict[str, Any], settings: WatchSettings) -> WatchInputs | None:
    """Read a file and what its counts are compared with; None for an empty file."""
    detail = envelope["detail"]
    key = detail["object"]["key"]
    file = aws.s3_get(objects.uri(detail["bucket"]["name"], "*", key))
    if not file.strip():
        return None
    baseline = _baseline(capture.config_of(key), settings)
    model = aws.specs.spec(
        settings.specs_bucket, aws.specs.known(settings.index_table, baseline.model)
    )
    counts = drift.of_file(file, baseline, written=str(envelope.get("time", "")))
    return WatchInputs(key=key, counts=counts, baseline=baseline, rule=model.watch)


def _baseline(config: str, settings: WatchSettings) -> Baseline:
    uri = objects.baseline(settings.approved_bucket, config)
    try:
        return drift.parse(aws.s3_get(uri))
    except NotFound as missing:
        raise NotFound(
            f"config {config} has no baseline at {uri}: promotion did not make it, so there is "
            "nothing to compare its traffic with; stop its data capture into this bucket"
        ) from missing


def _count(inputs: WatchInputs, settings: WatchSettings) -> ProcessedFile:
    """Add the file to its window, judge that if it is full, and store all in one transaction.

    What hides in the file is told first: a file that is counted is not looked at again.
    """
    told = [each.incident(inputs.counts, inputs.baseline) for each in (disguise, unreadable)]
    if found := [each for each in told if each]:
        aws.emit(settings.bus_name, "watch", *found)
    for _ in range(ATTEMPTS):
        with suppress(Conflict):
            return _attempt(inputs, settings)
    raise Conflict(
        f"{inputs.key}: at each of {ATTEMPTS} attempts another file of {inputs.baseline.model} was "
        "counted first; the message comes again"
    )


def _attempt(inputs: WatchInputs, settings: WatchSettings) -> ProcessedFile:
    table, baseline = settings.windows_table, inputs.baseline
    recalled = state.recall(table, inputs.key, baseline)
    if recalled.file:
        return recalled.file
    bucket = settings.findings_bucket
    change = window.add(inputs.counts, recalled.known, baseline, inputs.rule, bucket)
    return state.commit(table, inputs.key, baseline, recalled, change)
