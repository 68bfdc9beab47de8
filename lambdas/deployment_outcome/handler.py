"""What became of a deployment? Told of every endpoint that has come to rest."""

from __future__ import annotations

import os
from typing import Any

import aws
from aws.batch import each
from factory.layout.names import alarm
from factory.serving.outcome import Outcome, outcome
from factory.serving.rollout import Endpoint
from factory.settings import DeploymentOutcomeSettings


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Report every endpoint whose state changed."""
    settings = DeploymentOutcomeSettings.from_env(os.environ)
    return each(event, lambda envelope: report(envelope["detail"]["EndpointName"], settings))


def report(name: str, settings: DeploymentOutcomeSettings) -> None:
    """Compare the configuration that serves with the one that was meant, and report the outcome."""
    alarms = aws.alarms_below(alarm(name))
    endpoint = aws.endpoint(name)
    perform(outcome(endpoint, alarms), endpoint, settings)


def perform(found: Outcome, endpoint: Endpoint | None, settings: DeploymentOutcomeSettings) -> None:
    """Report first, and note on the endpoint afterwards what was reported."""
    aws.emit(settings.bus_name, "deployment_outcome", *found.events)
    if endpoint and found.untag:
        aws.endpoint_untag(endpoint.arn, found.untag)
    if endpoint and found.tags:
        aws.endpoint_tag(endpoint.arn, found.tags)
    if found.stale:
        aws.alarms_delete(found.stale)
