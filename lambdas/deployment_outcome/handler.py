"""What became of a deployment? Told of every endpoint that has come to rest."""

from __future__ import annotations

import os
from typing import Any

import aws
from aws.batch import each
from factory.layout.names import alarm
from factory.layout.tables import probing_item
from factory.serving.outcome import Outcome, outcome
from factory.serving.proof import Proof
from factory.serving.rollout import Endpoint
from factory.settings import DeploymentOutcomeSettings

LOOK_AGAIN = 600  # seconds, while probes have not asked enough; a message can wait 900


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Report every endpoint whose state changed."""
    settings = DeploymentOutcomeSettings.from_env(os.environ)
    return each(event, lambda envelope: report(envelope["detail"]["EndpointName"], settings))


def report(name: str, settings: DeploymentOutcomeSettings) -> None:
    """Compare the configuration that serves with the one that was meant, and report the outcome."""
    alarms = aws.alarms_below(alarm(name))
    endpoint = aws.endpoint(name)
    perform(outcome(endpoint, alarms, _proof(endpoint, settings), aws.now()), endpoint, settings)


def _proof(endpoint: Endpoint | None, settings: DeploymentOutcomeSettings) -> Proof:
    """Return what probes have found of what an endpoint is meant to serve."""
    if endpoint is None or not endpoint.deployed:
        return Proof()
    return Proof.of(aws.index_get(settings.probings_table, probing_item(endpoint.meant)))


def perform(found: Outcome, endpoint: Endpoint | None, settings: DeploymentOutcomeSettings) -> None:
    """Report first, and note on the endpoint afterwards what was reported."""
    aws.emit(settings.bus_name, "deployment_outcome", *found.events)
    if endpoint and found.untag:
        aws.endpoint_untag(endpoint.arn, found.untag)
    if endpoint and found.tags:
        aws.endpoint_tag(endpoint.arn, found.tags)
    if found.stale:
        aws.alarms_delete(found.stale)
    if endpoint and found.ask:
        aws.send(settings.probe_queue_url, {"endpoint": endpoint.name})
    if endpoint and found.again:
        detail = {"detail": {"EndpointName": endpoint.name}}
        aws.send(settings.outcome_queue_url, detail, delay=LOOK_AGAIN)
