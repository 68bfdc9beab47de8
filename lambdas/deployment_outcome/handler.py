"""What became of a deployment? Told of every endpoint that has come to rest."""

from __future__ import annotations

import os
from typing import Any

import aws
from aws import registry
from aws.batch import each
from factory.errors import NotFound
from factory.layout.names import alarm
from factory.layout.tables import probing_item
from factory.promotion import package, recall
from factory.serving.intent import Intent
from factory.serving.outcome import Found, Outcome, outcome
from factory.serving.proof import Proof
from factory.settings import DeploymentOutcomeSettings

LOOK_AGAIN = 600  # seconds, while probes have not asked enough; a message can wait 900


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Report every endpoint whose state changed."""
    settings = DeploymentOutcomeSettings.from_env(os.environ)
    return each(event, lambda envelope: report(envelope["detail"]["EndpointName"], settings))


def report(name: str, settings: DeploymentOutcomeSettings) -> None:
    """Compare the configuration that serves with the one that was meant, and report the outcome."""
    found = gather(name, settings)
    perform(name, outcome(found), settings)


def gather(name: str, settings: DeploymentOutcomeSettings) -> Found:
    """Read what is so about an endpoint; its alarms before it is described."""
    alarms = list(aws.alarms_below(alarm(name)))
    intent = aws.intent(settings.approved_bucket, name)
    endpoint = aws.endpoint(name, intent)
    settled = endpoint is not None and not endpoint.busy and bool(intent.config)
    return Found(
        endpoint=endpoint,
        intent=intent,
        alarms=alarms,
        proof=_proof(intent, settings) if settled else Proof(),
        objection=_objection(intent) if settled else "",
        now=aws.now(),
    )


def _proof(intent: Intent, settings: DeploymentOutcomeSettings) -> Proof:
    """Return what probes have found of what an endpoint is meant to serve."""
    return Proof.of(aws.index_get(settings.probings_table, probing_item(intent.config)))


def _objection(intent: Intent) -> str:
    """Return why the registry lets what is meant not serve; empty if it does.

    It says nothing of a version that it has lost: `reconcile` tells of that.
    """
    try:
        found = registry.package(intent.package)
    except NotFound:
        return ""
    return recall.objection(package.of(found), None)


def perform(name: str, found: Outcome, settings: DeploymentOutcomeSettings) -> None:
    """Report first; promotion notes what was reported when it hears of it."""
    aws.emit(settings.bus_name, "deployment_outcome", *found.events)
    if found.stale:
        aws.alarms_delete(found.stale)
    if found.ask:
        aws.send(settings.probe_queue_url, {"endpoint": name})
    if found.again:
        detail = {"detail": {"EndpointName": name}}
        aws.send(settings.outcome_queue_url, detail, delay=LOOK_AGAIN)
