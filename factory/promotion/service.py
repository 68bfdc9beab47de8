"""How do approved bytes come into service? Under a configuration of their own, with alarms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from factory.layout import objects
from factory.layout.names import metrics
from factory.promotion.effects import (
    AwaitDeletion,
    CreateEndpoint,
    CreateEndpointConfig,
    CreateModel,
    DeleteEndpoint,
    Effect,
    Guard,
    Keep,
    Mean,
    Probe,
    UpdateEndpoint,
)
from factory.promotion.package import Package
from factory.serving import endpoint as requests
from factory.serving import guardrails
from factory.serving.endpoint import FIRST_PROBE, Deployment
from factory.serving.intent import Intent
from factory.serving.rollout import Endpoint, Step
from factory.settings import PromoteSettings


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a configuration needs before an endpoint can move to it, and what of it exists."""

    baseline: bytes
    """What the gates measured of the training data: its features and their baseline, as JSON."""
    model: bool = False
    """Whether SageMaker's model exists; its name says what it is."""
    config: bool = False
    """Whether the endpoint configuration exists."""
    secret: str = ""
    """What the ids of its endpoint's probes are signed with, and nobody's who only looks."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """How an endpoint comes to serve another version."""

    package: Package
    deployment: Deployment
    endpoint: Endpoint | None
    intent: Intent
    """What was meant until now."""
    step: Step
    """CREATE, REPLACE or UPDATE."""
    prepared: Prepared
    now: float
    why: str
    recalls: str = ""
    """The configuration that must not serve any longer; empty when people asked for the move."""


def effects(move: Move, settings: PromoteSettings) -> Iterator[Effect]:
    """Yield what brings a version into service, in order.

    The baseline first: capture files and probes look for it. Then what SageMaker needs; then the
    intent, so that whoever looks knows what is meant; then alarms, and only then traffic.
    """
    guards = _guards(move, settings)
    yield from _prepare(move, guards, settings)
    updated = move.endpoint if move.step is Step.UPDATE else None
    aim = requests.aim(move.deployment, updated)
    intent = move.intent.then(aim, now=move.now, why=move.why)
    yield Mean(endpoint=move.deployment.endpoint, intent=intent)
    if move.endpoint and not updated:
        yield from _remove(move.endpoint)
    yield from guards
    yield Probe(message=requests.first_probe(move.deployment, move.now), delay=FIRST_PROBE)
    if updated:
        names = [guard.alarm for guard in guards]
        yield UpdateEndpoint(requests.update_request(move.deployment, names))
    else:
        yield CreateEndpoint(requests.create_request(move.deployment))


def _prepare(move: Move, guards: list[Guard], settings: PromoteSettings) -> Iterator[Effect]:
    config, prepared, bucket = move.deployment.config, move.prepared, settings.approved_bucket
    network = json.loads(settings.network)
    model = requests.model_request(move.deployment, settings.serving_role_arn, network)
    captures = objects.captures(settings.captures_bucket, config)
    asked = requests.config_request(move.deployment, captures, settings.key_arn)
    alarms = {guard.alarm: guard.settings for guard in guards}
    document = {"model": model, "config": asked, "alarms": alarms}
    yield Keep(uri=objects.baseline(bucket, config), body=_baseline(move))
    yield Keep(
        uri=objects.deployment(bucket, config), body=json.dumps(document, sort_keys=True).encode()
    )
    if not prepared.model:
        yield CreateModel(model)
    if not prepared.config:
        yield CreateEndpointConfig(asked)


def _guards(move: Move, settings: PromoteSettings) -> list[Guard]:
    deployment = move.deployment
    guarded = guardrails.Guarded(
        model=deployment.model,
        endpoint=deployment.endpoint,
        config=deployment.config,
        namespace=metrics(settings.stage),
    )
    alarms = guardrails.alarms(guarded, settings.alerts_topic_arn)
    return [Guard(alarm=name, settings=alarm) for name, alarm in alarms.items()]


def _remove(endpoint: Endpoint) -> Iterator[Effect]:
    if endpoint.status != "Deleting":
        yield DeleteEndpoint(endpoint.name)
    yield AwaitDeletion(endpoint.name)


def _baseline(move: Move) -> bytes:
    """Return what traffic to the configuration is compared with, and how it is probed."""
    measured = json.loads(move.prepared.baseline)
    document = {
        "model": move.package.model,
        "version": move.package.version,
        "package": move.package.arn,
        "artifact": move.package.artifact,
        "config": move.deployment.config,
        "evidence": move.package.evidence,
        "secret": move.prepared.secret,
        "recalls": move.recalls,
        "features": measured["features"],
        "baseline": measured["baseline"],
    }
    return json.dumps(document, sort_keys=True).encode()
