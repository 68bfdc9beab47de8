"""Has traffic drifted? Every capture file is counted once, and every full window is judged."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import aws
from aws.batch import each
from factory import drift
from factory.catalogue import catalogue
from factory.catalogue.catalogue import Catalogue
from factory.drift import Baseline, Tally, capture
from factory.errors import Conflict, NotFound
from factory.layout import objects
from factory.settings import WatchSettings
from lambdas.watch import judgement, notifications, state
from lambdas.watch.state import Marker

ATTEMPTS = 10  # each failed one means that another file of the same model was counted


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Count each capture file of an SQS batch of S3's "Object Created" events."""
    settings = WatchSettings.from_env(os.environ)
    models = catalogue.parse(aws.s3_get(settings.catalogue_uri))
    return each(event, lambda envelope: watch(envelope["detail"], models, settings))


def watch(detail: dict[str, Any], models: Catalogue, settings: WatchSettings) -> None:
    """Count a file unless it was counted before, and tell what came of it unless that was told.

    The counts are written first, and with them what is to be told: a crash between the two leaves
    a marker that a redelivery tells from. All that is told has a name of its own, so telling it
    twice changes nothing.
    """
    key = detail["object"]["key"]
    marker = state.marker(settings.windows_table, key)
    if marker is None:
        file = aws.s3_get(f"s3://{detail['bucket']['name']}/{key}")
        if not file.strip():
            return
        baseline = _baseline(capture.config_of(key), settings)
        marker = _merge(key, drift.of_file(file, baseline), baseline, models, settings)
    if marker.untold:
        notifications.tell(marker, settings)


def _baseline(config: str, settings: WatchSettings) -> Baseline:
    uri = objects.baseline(settings.approved_bucket, config)
    try:
        return drift.parse(aws.s3_get(uri))
    except NotFound as missing:
        raise NotFound(
            f"config {config} has no baseline at {uri}: promotion did not make it, so there is "
            "nothing to compare its traffic with; stop its data capture into this bucket"
        ) from missing


def _merge(
    key: str, tally: Tally, baseline: Baseline, models: Catalogue, settings: WatchSettings
) -> Marker:
    """Add *tally* to the window, judge it if it is full, and keep all that in one transaction."""
    rule = models[baseline.model].watch

    def attempt() -> Marker:
        known = state.recall(settings.windows_table, key, baseline)
        if known.marker:
            return known.marker
        change = judgement.after(known, tally, baseline, rule, settings.findings_bucket)
        return state.commit(settings.windows_table, key, baseline, known, change)

    for _ in range(ATTEMPTS - 1):
        with suppress(Conflict):
            return attempt()
    return attempt()
