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
    Probe,
    Tag,
    UpdateEndpoint,
)
from factory.promotion.package import Package
from factory.serving import endpoint as requests
from factory.serving import guardrails
from factory.serving.endpoint import FIRST_PROBE, Deployment
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
    failed: str | None = None
    """Which configuration had failed, as written down before; None when nothing is."""
    secret: str = ""
    """What the ids of its endpoint's probes are signed with, and nobody's who only looks."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """How an endpoint comes to serve another version."""

    package: Package
    deployment: Deployment
    endpoint: Endpoint | None
    step: Step
    """CREATE, REPLACE or UPDATE."""
    prepared: Prepared
    now: float
    recalls: str = ""
    """The configuration that must not serve any longer; empty when people asked for the move."""

    @property
    def failed(self) -> str:
        """Return which configuration's incident is open; an endpoint made anew forgets it."""
        if self.prepared.failed is not None:
            return self.prepared.failed
        return self.endpoint.failed if self.endpoint else ""


def effects(move: Move, settings: PromoteSettings) -> Iterator[Effect]:
    """Yield what brings a version into service, in order.

    The baseline first: capture files and probes look for it. Then what SageMaker needs; then the
    endpoint's tags, so that whoever looks knows what is meant; then alarms, and only then traffic.
    """
    yield from _prepare(move, settings)
    guards = _guards(move, settings)
    probes = Probe(message=requests.first_probe(move.deployment, move.now), delay=FIRST_PROBE)
    if move.endpoint and move.step is Step.UPDATE:
        tags = requests.meant(move.deployment, move.endpoint.changed)
        yield Tag(endpoint=move.endpoint.arn, tags=tags)
        yield from guards
        yield probes
        names = [guard.alarm for guard in guards]
        yield UpdateEndpoint(requests.update_request(move.deployment, names))
        return
    if move.endpoint:
        yield from _remove(move.endpoint)
    yield from guards
    yield probes
    yield CreateEndpoint(requests.create_request(move.deployment, move.failed))


def _prepare(move: Move, settings: PromoteSettings) -> Iterator[Effect]:
    config, prepared = move.deployment.config, move.prepared
    if prepared.failed is None:
        yield Keep(uri=objects.baseline(settings.approved_bucket, config), body=_baseline(move))
    if not prepared.model:
        yield CreateModel(requests.model_request(move.deployment, settings.serving_role_arn))
    if not prepared.config:
        captures = objects.captures(settings.captures_bucket, config)
        yield CreateEndpointConfig(requests.config_request(move.deployment, captures))


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
    """Return what traffic to the configuration is compared with, and how it is probed.

    With it goes which configuration had failed before: between the end of an endpoint and its
    successor nobody else remembers.
    """
    measured = json.loads(move.prepared.baseline)
    document = {
        "model": move.package.model,
        "version": move.package.version,
        "package": move.package.arn,
        "artifact": move.package.artifact,
        "config": move.deployment.config,
        "failed": move.failed,
        "evidence": move.package.evidence,
        "secret": move.prepared.secret,
        "recalls": move.recalls,
        "features": measured["features"],
        "baseline": measured["baseline"],
    }
    return json.dumps(document, sort_keys=True).encode()
