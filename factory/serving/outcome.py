"""Does what was meant to serve really serve, and answer as it was judged? Only then it is deployed.

What serves and answers otherwise, or was not asked enough in time, has failed as well: promotion
then takes it out of service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factory.events.event import Event
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout.names import function_actor, model_subject
from factory.layout.tables import deployment_incident
from factory.serving import guardrails
from factory.serving.intent import Intent
from factory.serving.proof import Proof, State, overdue
from factory.serving.rollout import Endpoint
from factory.serving.standing import Standing, standing

ACTOR = function_actor("deployment_outcome")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is done about an endpoint that has come to rest, in this order."""

    events: tuple[Event, ...] = ()
    stale: tuple[str, ...] = ()
    """Alarms that guard what no longer serves."""
    ask: bool = False
    """Whether probes must ask now what serves."""
    again: bool = False
    """Whether it is to be looked at again, because its probes have not asked enough yet."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is so about an endpoint whose *alarms* were listed before it was described.

    In that order, because the alarms of the next update are made after it is meant, and then the
    endpoint is not at rest any more.
    """

    endpoint: Endpoint | None
    intent: Intent
    alarms: Sequence[str]
    proof: Proof
    """What probes have found of the configuration that is meant."""
    objection: str
    """Why the registry lets what is meant not serve; empty if it does."""
    now: float

    @property
    def standing(self) -> Standing:
        """Return where the endpoint stands."""
        return standing(self.endpoint, self.intent, rested=self.proof.rested, now=self.now)


def outcome(found: Found) -> Outcome:
    """Return what to do about an endpoint.

    Nothing while it is on its way, for another event will come; and nothing of what somebody has
    changed by hand, which is no outcome of a deployment.
    """
    endpoint, where = found.endpoint, found.standing
    if where is Standing.NOTHING and found.intent.known:
        return Outcome(stale=tuple(guardrails.guards(found.alarms)))
    if endpoint is None or where not in {Standing.DEPLOYED, Standing.FAILED}:
        return Outcome()
    deployed = where is Standing.DEPLOYED and not found.objection
    waits = deployed and found.proof.state is State.OPEN
    if waits and not overdue(endpoint.changed, found.now):
        return Outcome(ask=True, again=True)
    why = "" if deployed and found.proof.state is State.PROVEN else _wrong(endpoint, found)
    return Outcome(
        events=tuple(_failed(endpoint, why) if why else _deployed(endpoint)),
        stale=tuple(guardrails.stale(found.alarms, endpoint.name, endpoint.serves)),
    )


def _deployed(endpoint: Endpoint) -> Iterator[Event]:
    """Yield that what was meant serves, and that the endpoint's incidents are over."""
    why = f"endpoint {endpoint.name} serves {endpoint.meant}, as was meant"
    yield _report(ModelDeployed, endpoint, why)
    for failed in endpoint.intent.failed:
        incident = deployment_incident(endpoint.model, failed)
        yield IncidentClosed(
            about=model_subject(endpoint.model),
            actor=ACTOR,
            reason=why,
            key=incident,
            incident=incident,
            reasons=(),
        )


def _failed(endpoint: Endpoint, why: str) -> Iterator[Event]:
    """Yield what failed, and an incident unless that of an earlier failure is open."""
    yield _report(DeploymentFailed, endpoint, why)
    if endpoint.intent.failed in {(), (endpoint.meant,)}:
        yield opened(endpoint.model, endpoint.meant, why, ACTOR)


def opened(model: str, config: str, why: str, actor: str) -> IncidentOpened:
    """Return the incident of a configuration that failed, or serves and may not."""
    incident = deployment_incident(model, config)
    return IncidentOpened(
        about=model_subject(model),
        actor=actor,
        reason=why,
        key=incident,
        incident=incident,
        reasons=(),
    )


def _wrong(endpoint: Endpoint, found: Found) -> str:
    name, meant, proof = endpoint.name, endpoint.meant, found.proof
    if not endpoint.deployed:
        status = endpoint.trouble or endpoint.status
        return f"endpoint {name} should serve {meant}, has {endpoint.serves}: {status}"
    if found.objection:
        return f"endpoint {name} serves {meant}, and {found.objection}"
    if proof.state is State.REFUTED:
        return f"endpoint {name} serves {meant}, which answers otherwise than judged: {proof.words}"
    return (
        f"endpoint {name} serves {meant}, and its probes did not run or ran too few: {proof.words}"
    )


def _report(kind: type[DeploymentFailed | ModelDeployed], endpoint: Endpoint, why: str) -> Event:
    """Return what became of a configuration; emitted twice, it is the same event."""
    package = endpoint.intent.package
    return kind(
        model=endpoint.model,
        version=int(package.rsplit("/", 1)[1]),
        reason=why,
        key=endpoint.meant,
        package=package,
        endpoint=endpoint.name,
        config=endpoint.meant,
        serves=endpoint.serves,
    )
