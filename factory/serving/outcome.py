"""Does what was meant to serve really serve? Only then is it called deployed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from factory.events.event import Event
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout.names import function_actor, model_subject
from factory.layout.tables import deployment_incident
from factory.serving import guardrails
from factory.serving.rollout import TAG_FAILED, Endpoint

ACTOR = function_actor("deployment_outcome")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is done about an endpoint that has come to rest, in this order."""

    events: tuple[Event, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    """Which incident is open from now on; noted after it was told, so that it is told at all."""
    untag: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    """Alarms that guard what no longer serves."""


def outcome(endpoint: Endpoint | None, alarms: Sequence[str]) -> Outcome:
    """Return what to do about an endpoint whose *alarms* were listed before it was described.

    Nothing, when it is not the factory's, or still on its way: another event will come. In that
    order, because the alarms of the next update are made after the tags speak of it, and then the
    endpoint is not at rest any more.
    """
    if endpoint is None or not endpoint.meant or not (endpoint.deployed or endpoint.missed):
        return Outcome()
    opens = endpoint.missed and not endpoint.failed
    return Outcome(
        events=tuple(_events(endpoint)),
        tags={TAG_FAILED: endpoint.meant} if opens else {},
        untag=(TAG_FAILED,) if endpoint.deployed and endpoint.failed else (),
        stale=tuple(guardrails.stale(alarms, endpoint.name, endpoint.serves)),
    )


def _events(endpoint: Endpoint) -> Iterator[Event]:
    """Yield the outcome, and what it means for the endpoint's incident."""
    if endpoint.deployed:
        why = f"endpoint {endpoint.name} serves {endpoint.meant}, as was meant"
        yield _report(ModelDeployed, endpoint, why)
        if endpoint.failed:
            incident = deployment_incident(endpoint.model, endpoint.failed)
            yield IncidentClosed(
                about=model_subject(endpoint.model),
                actor=ACTOR,
                reason=why,
                key=incident,
                incident=incident,
                reasons=(),
            )
        return
    status = endpoint.trouble or endpoint.status
    why = f"endpoint {endpoint.name} should serve {endpoint.meant}, has {endpoint.serves}: {status}"
    yield _report(DeploymentFailed, endpoint, why)
    if endpoint.failed in {"", endpoint.meant}:
        incident = deployment_incident(endpoint.model, endpoint.meant)
        yield IncidentOpened(
            about=model_subject(endpoint.model),
            actor=ACTOR,
            reason=why,
            key=incident,
            incident=incident,
            reasons=(),
        )


def _report(kind: type[DeploymentFailed | ModelDeployed], endpoint: Endpoint, why: str) -> Event:
    """Return what became of a configuration; emitted twice, it is the same event."""
    version = endpoint.package.rsplit("/", 1)[1]
    return kind(
        model=endpoint.model,
        version=int(version),
        reason=why,
        key=endpoint.meant,
        package=endpoint.package,
        endpoint=endpoint.name,
        config=endpoint.meant,
        serves=endpoint.serves,
    )
