"""Does an approval hold? Then the approved bytes, and no others, go into service."""

from __future__ import annotations

import aws
from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import config, package_subject, person_actor
from factory.promotion import approval
from factory.promotion.package import Approved
from factory.serving import rollout
from factory.serving.rollout import Endpoint, Step
from factory.settings import PromoteSettings
from lambdas.promote import archive, evidence, registry, service
from lambdas.promote.service import Deployment


def consider(arn: str, settings: PromoteSettings) -> bool:
    """Act on what the registry says of the package now, not on what the event said.

    Returns whether the package is approved and the approval holds.
    """
    said, status = registry.look(arn)
    if status == "Rejected" and said.approver:
        aws.emit(settings.bus_name, "promote", _decided("model.rejected", said))
    if status != "Approved":
        return False
    try:
        _promote(said, settings)
    except Refused as refused:
        registry.withdraw(said, str(refused), settings)
        return False
    return True


def _promote(said: Approved, settings: PromoteSettings) -> None:
    model = registry.entry(said.model, settings)
    known = archive.kept(said, settings)
    body = b"" if known else _checked(said, model, settings)
    wanted = Deployment(model=model, said=said, config=name_of(said))
    endpoint = aws.endpoint(model.name)
    step = rollout.forward(endpoint, said.version, wanted.config)
    if step is Step.WAIT and endpoint:
        aws.emit(settings.bus_name, "promote", _deferred(wanted, endpoint))
        return  # it is checked and kept when deployment_outcome says that the endpoint is free
    if not known:
        archive.keep(said, body, settings)
    aws.emit(settings.bus_name, "promote", _decided("model.approved", said))
    if step is Step.OVERTAKEN:
        return
    if step is not Step.DONE and not service.serve(wanted, endpoint, step, settings):
        aws.emit(settings.bus_name, "promote", _deferred(wanted, aws.endpoint(model.name)))
        return
    reason = f"{said.approver} approved it: {said.reason}"
    aws.emit(settings.bus_name, "promote", promoted(wanted, reason))


def _checked(said: Approved, model: Model, settings: PromoteSettings) -> bytes:
    """Check the approval against what lies there now; return the bytes that it is about."""
    body = evidence.artifact(said)
    approval.check(said, evidence.find(said, body, model, settings), model)
    return body


def name_of(said: Approved) -> str:
    """Return the configuration that this very approval brings into service."""
    return config(said.model, said.version, said.artifact, said.at)


def promoted(wanted: Deployment, reason: str) -> Event:
    """Return the event that says that *wanted* is on its way."""
    said = wanted.said
    return Event(
        type="model.promoted",
        subject=package_subject(said.model, said.version),
        actor=registry.ACTOR,
        reason=reason,
        key=wanted.config,
        detail={"package": said.package, "artifact": said.artifact, "config": wanted.config},
    )


def _deferred(wanted: Deployment, endpoint: Endpoint | None) -> Event:
    said = wanted.said
    now = f"{endpoint.status} to {endpoint.pending or endpoint.meant}" if endpoint else "changing"
    return Event(
        type="promotion.deferred",
        subject=package_subject(said.model, said.version),
        actor=registry.ACTOR,
        reason=f"endpoint {said.model} is {now}; it is taken up again when that has ended",
        key=wanted.config,
        detail={"package": said.package, "approver": said.approver, "config": wanted.config},
    )


def _decided(kind: str, said: Approved) -> Event:
    return Event(
        type=kind,
        subject=package_subject(said.model, said.version),
        actor=person_actor(said.approver),
        reason=said.reason or "no reason was given",
        key=said.moment,
        detail={"package": said.package, "artifact": said.artifact, "evidence": said.evidence},
    )
