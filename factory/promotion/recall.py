"""What follows when something serves that may not? What was approved before, or nothing."""

from __future__ import annotations

from collections.abc import Iterator

from factory.errors import Refused
from factory.events.model import DeploymentFailed, ModelPromoted, ModelRecalled
from factory.layout import names
from factory.promotion import announcements, plan, rollback, service
from factory.promotion.effects import DeleteEndpoint, Effect, Emit, Plan
from factory.promotion.facts import RecallFacts, RollbackFacts
from factory.promotion.package import Package
from factory.serving import rollout
from factory.serving.rollout import Endpoint, Step
from factory.settings import PromoteSettings


def config_of(event: DeploymentFailed, package: Package) -> str:
    """Return the configuration that brings *package* back because of what has failed."""
    cause = f"{event.TYPE}|{event.config}"
    return names.config(package.group, package.version, package.artifact, cause)


def of_failure(event: DeploymentFailed, facts: RecallFacts, settings: PromoteSettings) -> Plan:
    """Return what takes out of service what has failed there; nothing once that was done.

    What serves because of a recall is not recalled: two versions in a row that answer otherwise
    have a cause that no version mends, and a person has to find it.
    """
    endpoint = facts.endpoint
    if endpoint is None or facts.again:
        return Plan()
    if facts.earlier and (config := _begun(event, endpoint, facts.earlier.package)):
        return Plan(tuple(map(Emit, _told(event, facts.earlier.package, config))))
    if endpoint.serves != event.config or endpoint.busy:
        return Plan()
    if endpoint.status == "Failed":
        return Plan()  # it never came up, so that nothing serves
    try:
        return Plan(tuple(_instead(event, endpoint, _checked(facts, settings), settings)))
    except Refused:
        return Plan(tuple(_nothing(event, endpoint)))


def _begun(event: DeploymentFailed, endpoint: Endpoint, package: Package) -> str:
    """Return the configuration of a recall that was begun, maybe by who died before telling."""
    config = config_of(event, package)
    return config if rollout.toward(endpoint, config) is Step.DONE else ""


def _told(
    event: DeploymentFailed, package: Package, config: str
) -> tuple[ModelRecalled, ModelPromoted]:
    promoted = announcements.promoted(package, config, f"instead of {event.config}")
    return announcements.recalled(event, config), promoted


def _checked(facts: RecallFacts, settings: PromoteSettings) -> RollbackFacts:
    if facts.earlier is None:
        raise Refused("no version was approved before")
    rollback.check_version(facts.earlier, settings)
    return facts.earlier


def _instead(
    event: DeploymentFailed, endpoint: Endpoint, facts: RollbackFacts, settings: PromoteSettings
) -> Iterator[Effect]:
    config = config_of(event, facts.package)
    if endpoint.meant not in {event.config, config}:
        return  # something else was begun meanwhile
    step = rollout.toward(endpoint, config)
    recalled, promoted = _told(event, facts.package, config)
    yield Emit(recalled)
    if step is Step.UPDATE:
        deployment = plan.deployment_of(facts, config, settings, at_once=True)
        move = plan.move_of(facts, deployment, step, recalls=event.config)
        yield from service.effects(move, settings)
    yield Emit(promoted)


def _nothing(event: DeploymentFailed, endpoint: Endpoint) -> Iterator[Effect]:
    if endpoint.meant != event.config:
        return
    yield Emit(announcements.recalled(event, ""))
    yield DeleteEndpoint(endpoint.name)
