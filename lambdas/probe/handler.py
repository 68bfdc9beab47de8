"""Does a configuration answer as it must, while it bakes and for as long as it serves?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import aws
from aws.batch import each
from factory.layout import names, objects, tables
from factory.serving import probes
from factory.serving.guardrails import PROBE_FAILURES
from factory.serving.probes import Round
from factory.serving.rollout import Endpoint, Traffic
from factory.settings import ProbeSettings
from lambdas.probe import asking, record
from lambdas.probe.asking import Document

PAGE = 100  # endpoints that one message hands on; ten requests of ten messages


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Probe what each message names; one that names nothing begins with all that serve."""
    settings = ProbeSettings.from_env(os.environ)
    return each(event, lambda message: act_on(message, settings))


def act_on(message: dict[str, Any], settings: ProbeSettings) -> None:
    """Probe an update, probe again what serves, or hand on who is to be probed again."""
    if "config" in message:
        probe(message, settings)
    elif "endpoint" in message:
        probe_again(message["endpoint"], settings)
    else:
        hand_on(message["after"], settings)


def probe(message: dict[str, Any], settings: ProbeSettings) -> None:
    """Ask one round if the configuration can answer, and go on until its update has ended."""
    endpoint = _endpoint(message["endpoint"], settings)
    plan = probes.plan(message, endpoint, aws.now())
    if plan.ask:
        _examine(message, endpoint, plan, settings)
    if plan.again:
        aws.send(settings.probe_queue_url, plan.again, delay=message["pause"])


def probe_again(name: str, settings: ProbeSettings) -> None:
    """Ask a round of what an endpoint at rest serves, if promotion has brought it there."""
    endpoint = _endpoint(name, settings)
    if endpoint is None or not endpoint.deployed:
        aws.log(
            f"{name} is gone, or on its way, or serves what was not meant: nothing is asked now"
        )
        return
    message = {"endpoint": name, "config": endpoint.serves, "turn": int(aws.now()), "instances": 1}
    plan = Round(ask=True, again=None, rest=True, traffic=Traffic.NEW)
    _examine(message, endpoint, plan, settings)


def hand_on(after: str, settings: ProbeSettings) -> None:
    """Let every endpoint be probed again, a page of them with each message."""
    found = aws.index_page(settings.probings_table, tables.SERVING, after=after, limit=PAGE)
    aws.send_many(settings.probe_queue_url, [{"endpoint": name} for name in found])
    if len(found) == PAGE:
        aws.send(settings.probe_queue_url, {"after": found[-1]})


def _endpoint(name: str, settings: ProbeSettings) -> Endpoint | None:
    return aws.endpoint(name, aws.intent(settings.approved_bucket, name))


def _examine(
    message: Mapping[str, Any], endpoint: Endpoint | None, plan: Round, settings: ProbeSettings
) -> None:
    """Ask a round, and write down what it has shown.

    Of judged rows it shows nothing when the endpoint has moved on: others may have answered.
    """
    config = message["config"]
    document = Document.of(aws.s3_get(objects.baseline(settings.approved_bucket, config)))
    found = asking.round_(message, document, plan, settings)
    if _endpoint(message["endpoint"], settings) != endpoint:
        found = asking.only_cases(found, f"{config}: its endpoint moved on while it was asked")
    for words in found.log:
        aws.log(words)
    proof = record.add(message, found, plan, settings)
    model, namespace = names.model_of(message["endpoint"]), names.metrics(settings.stage)
    aws.metric_put(namespace, PROBE_FAILURES, found.failures, Model=model, Config=config)
    aws.log(f"{config}, round {message['turn']}: {found.failures} failures; {proof.words}")
