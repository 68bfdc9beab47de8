"""May an earlier version serve again? Then the bytes that were kept of it do."""

from __future__ import annotations

import aws
from factory.errors import Refused
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import config, package_subject
from factory.promotion import approval
from factory.promotion.package import Approved
from factory.serving import rollout
from factory.serving.rollout import Endpoint, Step
from factory.settings import PromoteSettings
from lambdas.promote import archive, decision, registry, service
from lambdas.promote.service import Deployment


def heed(asked: Event, settings: PromoteSettings) -> None:
    """Do what the person of a `rollback.requested` asked for, or say why not."""
    said, status = registry.look(asked.detail["package"])
    try:
        _roll_back(asked, said, status, settings)
    except Refused as refused:
        aws.emit(settings.bus_name, "promote", _refused(asked, said, str(refused)))


def _roll_back(asked: Event, said: Approved, status: str, settings: PromoteSettings) -> None:
    model = registry.entry(said.model, settings)
    name = config(said.model, said.version, said.artifact, asked.id)
    wanted = Deployment(model=model, said=said, config=name, at_once=True)
    endpoint = aws.endpoint(model.name)
    step = rollout.toward(endpoint, name)
    if endpoint and endpoint.serves != asked.detail["from"] and archive.rollback(name, settings):
        return  # a late redelivery: it was done, and something else has been deployed since
    if step is not Step.DONE:
        _check(said, status, settings)
        approval.check_people(said, model)
        if endpoint is None or step is not Step.UPDATE:
            raise Refused(f"{said.model} serves nothing that could be rolled back; approve instead")
        if endpoint.meant != name:
            _check_endpoint(endpoint, said, asked.detail["from"])
            archive.keep_rollback(name, _record(asked, said, endpoint), settings)
        if not service.serve(wanted, endpoint, step, settings):
            raise Refused(f"endpoint {said.model} is being updated by somebody who was first")
    aws.emit(settings.bus_name, "promote", decision.promoted(wanted, _words(asked)))


def _check(said: Approved, status: str, settings: PromoteSettings) -> None:
    """Check all but what the gates compared: the champion of that day is not today's."""
    if status != "Approved":
        raise Refused(f"the registry says {status} of {said.model} version {said.version}")
    if not archive.kept(said, settings):
        raise Refused(f"{said.model} version {said.version} was never checked and kept")
    archive.copy(said, settings)


def _check_endpoint(endpoint: Endpoint, said: Approved, seen: str) -> None:
    if endpoint.busy:
        raise Refused(
            f"endpoint {endpoint.name} is {endpoint.status} to {endpoint.pending or endpoint.meant}"
        )
    if endpoint.serves != seen:
        raise Refused(f"endpoint {endpoint.name} serves {endpoint.serves} now, no longer {seen}")
    if said.version >= endpoint.version:
        raise Refused(f"{said.model} serves version {endpoint.version}: that is no rollback")


def _record(asked: Event, said: Approved, endpoint: Endpoint) -> dict[str, object]:
    """Name the approvals that end when the rollback is done: of what serves, and in between."""
    later = [
        registry.look(package["ModelPackageArn"])[0]
        for package in registry.newest(said.model)
        if said.version < package["ModelPackageVersion"] <= endpoint.version
    ]
    return {
        "actor": asked.actor,
        "reason": _words(asked),
        "withdraws": {each.package: each.moment for each in later},
    }


def _words(asked: Event) -> str:
    return f"{asked.actor.split('/', 1)[-1]} rolled back: {asked.reason}"


def _refused(asked: Event, said: Approved, reason: str) -> Event:
    return Event(
        type="rollback.refused",
        subject=package_subject(said.model, said.version),
        actor=registry.ACTOR,
        reason=reason,
        key=asked.key,
        detail={"package": said.package, "asked": asked.actor, "because": asked.reason},
    )
