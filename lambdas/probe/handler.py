"""Does a configuration answer what it must know, while an update of it can still go back?"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Sequence
from typing import Any

import aws
from aws.batch import each
from factory.layout import names, objects
from factory.serving import probes
from factory.serving.guardrails import PROBE_FAILURES
from factory.serving.probes import Case
from factory.settings import ProbeSettings

JSON = "application/json"
LONGEST = 200  # characters of an answer, in the log


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Probe what each message names, and see to it that it is probed again."""
    settings = ProbeSettings.from_env(os.environ)
    return each(event, lambda message: probe(message, settings))


def probe(message: dict[str, Any], settings: ProbeSettings) -> None:
    """Ask one round if the configuration can answer, and go on until its update has ended."""
    config = message["config"]
    plan = probes.plan(message, aws.endpoint(message["endpoint"]), aws.now())
    if plan.ask:
        baseline = aws.s3_get(objects.baseline(settings.approved_bucket, config))
        measure(message, probes.cases(json.loads(baseline)), settings)
    if plan.again:
        aws.send(settings.probe_queue_url, plan.again, delay=message["pause"])


def measure(message: dict[str, Any], cases: Sequence[Case], settings: ProbeSettings) -> None:
    """Ask for all *cases*; log which have no answer, and publish how many the version fails on."""
    config, numbers = message["config"], itertools.count()
    found, failed = probes.failures(cases, lambda asked: _ask(message, asked, next(numbers)))
    for finding in found:
        print(finding)
    model, namespace = names.model_of(message["endpoint"]), names.metrics(settings.stage)
    aws.metric_put(namespace, PROBE_FAILURES, failed, Model=model, Config=config)
    print(f"{config}, round {message['turn']}: {failed} failures")


def _ask(message: dict[str, Any], asked: Sequence[Case], number: int) -> tuple[int, str]:
    config, turn = message["config"], message["turn"]
    status, words = aws.invoke_endpoint(
        message["endpoint"],
        probes.body(asked),
        content_type=JSON,
        inference_id=probes.inference_id(config, turn, number),
    )
    return status, words[:LONGEST]
