"""Does what was meant to serve really serve, and answer as it was judged? Only then it is deployed.

What serves and answers otherwise, or was not asked enough in time, has failed as well: promotion
then takes it out of service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from factory.events.event import Event
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout.names import function_actor, model_subject
from factory.layout.tables import deployment_incident
from factory.serving import guardrails
from factory.serving.proof import Proof, State, overdue
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
    ask: bool = False
    """Whether probes must ask now what serves."""
    again: bool = False
    """Whether it is to be looked at again, because its probes have not asked enough yet."""


def outcome(endpoint: Endpoint | None, alarms: Sequence[str], proof: Proof, now: float) -> Outcome:
    """Return what to do about an endpoint whose *alarms* were listed before it was described.

    *proof* is what probes have found of the configuration that was meant.

    Nothing, when it is not the factory's, or still on its way: another event will come. In that
    order, because the alarms of the next update are made after the tags speak of it, and then the
    endpoint is not at rest any more.
    """
    if endpoint is None or not endpoint.meant or not (endpoint.deployed or endpoint.missed):
        return Outcome()
    waits = endpoint.deployed and proof.state is State.OPEN
    if waits and not overdue(endpoint.changed, now):
        return Outcome(ask=True, again=True)
    good = endpoint.deployed and proof.state is State.PROVEN
    return Outcome(
        events=tuple(_events(endpoint, proof)),
        tags={} if good or endpoint.failed else {TAG_FAILED: endpoint.meant},
        untag=(TAG_FAILED,) if good and endpoint.failed else (),
        stale=tuple(guardrails.stale(alarms, endpoint.name, endpoint.serves)),
    )


def _events(endpoint: Endpoint, proof: Proof) -> Iterator[Event]:
    """Yield the outcome, and what it means for the endpoint's incident."""
    if endpoint.deployed and proof.state is State.PROVEN:
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
    why = _wrong(endpoint, proof)
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


def _wrong(endpoint: Endpoint, proof: Proof) -> str:
    name, meant = endpoint.name, endpoint.meant
    if not endpoint.deployed:
        status = endpoint.trouble or endpoint.status
        return f"endpoint {name} should serve {meant}, has {endpoint.serves}: {status}"
    if proof.state is State.REFUTED:
        return f"endpoint {name} serves {meant}, which answers otherwise than judged: {proof.words}"
    return (
        f"endpoint {name} serves {meant}, and its probes did not run or ran too few: {proof.words}"
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
