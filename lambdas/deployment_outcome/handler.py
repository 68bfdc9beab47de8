"""Does what was meant to serve really serve? Only then is it called deployed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import aws
from aws.batch import each
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import alarm, function_actor, package_subject
from factory.serving import guardrails
from factory.serving.rollout import TAG_FAILED, Endpoint
from factory.settings import DeploymentOutcomeSettings

ACTOR = function_actor("deployment_outcome")


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Look at every endpoint whose state changed."""
    settings = DeploymentOutcomeSettings.from_env(os.environ)
    return each(event, lambda envelope: settle(envelope["detail"]["EndpointName"], settings))


def settle(name: str, settings: DeploymentOutcomeSettings) -> None:
    """Compare the config that serves with the config that was meant, and say the outcome.

    The alarms are listed first: those of the next update are made after the endpoint's tags speak
    of it, and then the endpoint is not settled any more.
    """
    alarms = aws.alarms_below(alarm(name))
    endpoint = aws.endpoint(name)
    if endpoint is None or not endpoint.meant or not (endpoint.deployed or endpoint.missed):
        return  # not the factory's, or not settled yet: another event will come
    aws.emit(settings.bus_name, "deployment_outcome", *_said(endpoint))
    _remember(endpoint)
    if stale := guardrails.stale(alarms, name, endpoint.serves):
        aws.alarms_delete(stale)


def _said(endpoint: Endpoint) -> Iterator[Event]:
    """Yield the outcome, and what it means for the endpoint's incident."""
    if endpoint.deployed:
        why = f"endpoint {endpoint.name} serves {endpoint.meant}, as was meant"
        yield _outcome("model.deployed", endpoint, why)
        if endpoint.failed:
            yield _incident("incident.closed", endpoint.failed, endpoint, why)
        return
    status = endpoint.trouble or endpoint.status
    why = f"endpoint {endpoint.name} should serve {endpoint.meant}, has {endpoint.serves}: {status}"
    yield _outcome("deployment.failed", endpoint, why)
    if endpoint.failed in {"", endpoint.meant}:
        yield _incident("incident.opened", endpoint.meant, endpoint, why)


def _remember(endpoint: Endpoint) -> None:
    """Keep on the endpoint which incident is open; done last, so that nothing goes unsaid."""
    if endpoint.deployed and endpoint.failed:
        aws.endpoint_untag(endpoint.arn, [TAG_FAILED])
    elif endpoint.missed and not endpoint.failed:
        aws.endpoint_tag(endpoint.arn, {TAG_FAILED: endpoint.meant})


def _outcome(kind: str, endpoint: Endpoint, why: str) -> Event:
    """Return what became of a configuration; said twice, it is the same event."""
    model, version = endpoint.package.rsplit("/", 2)[1:]
    return Event(
        type=kind,
        subject=package_subject(model, int(version)),
        actor=ACTOR,
        reason=why,
        key=endpoint.meant,
        detail={
            "package": endpoint.package,
            "endpoint": endpoint.name,
            "config": endpoint.meant,
            "serves": endpoint.serves,
        },
    )


def _incident(kind: str, failed: str, endpoint: Endpoint, why: str) -> Event:
    incident = f"deployment/{endpoint.name}/{failed}"
    return Event(
        type=kind,
        subject=f"model/{endpoint.name}",
        actor=ACTOR,
        reason=why,
        key=incident,
        detail={"incident": incident, "reasons": []},
    )
