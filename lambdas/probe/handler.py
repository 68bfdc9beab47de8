"""Does a configuration answer what it must know, while an update of it can still go back?"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Sequence
from typing import Any

import aws
from aws.batch import each
from factory.layout import objects
from factory.serving import probes, rollout
from factory.serving.guardrails import PROBE_FAILURES
from factory.serving.probes import Case
from factory.serving.rollout import Look
from factory.settings import ProbeSettings

JSON = "application/json"
ENOUGH = 5  # failures; one is enough to roll back
WORDS = 200  # of an answer, in the log


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Probe what each message names, and see to it that it is probed again."""
    settings = ProbeSettings.from_env(os.environ)
    return each(event, lambda message: probe(message, settings))


def probe(message: dict[str, Any], settings: ProbeSettings) -> None:
    """Ask one round if the configuration can answer, and go on until its update has ended.

    A message that comes twice asks twice, which does no harm.
    """
    config = message["config"]
    look = rollout.look(aws.endpoint(message["endpoint"]), config)
    if look in {Look.ASK, Look.LAST}:
        uri = objects.baseline(settings.approved_bucket, config)
        failures = _failures(message, probes.cases(json.loads(aws.s3_get(uri))))
        aws.metric_put(PROBE_FAILURES, failures, Model=message["endpoint"], Config=config)
        print(f"{config}, round {message['turn']}: {failures} failures")
    if look in {Look.ASK, Look.WAIT} and aws.now() < message["until"]:
        again = {**message, "turn": message["turn"] + 1}
        aws.send(settings.probe_queue_url, again, delay=message["pause"])


def _failures(message: dict[str, Any], cases: Sequence[Case]) -> int:
    """Ask for all *cases*; log which have no answer, and count what the version fails on."""
    numbers, failures = itertools.count(), 0
    for finding in probes.findings(cases, lambda asked: _ask(message, asked, next(numbers))):
        print(finding)
        failures += finding.failed
        if failures == ENOUGH:
            break
    return failures


def _ask(message: dict[str, Any], asked: Sequence[Case], number: int) -> tuple[int, str]:
    config, turn = message["config"], message["turn"]
    status, words = aws.invoke_endpoint(
        message["endpoint"],
        probes.body(asked),
        content_type=JSON,
        inference_id=probes.inference_id(config, turn, number),
    )
    return status, words[:WORDS]
