"""Does an approval hold? Then the approved bytes, and no others, go into service."""

from __future__ import annotations

import os
from typing import Any

from factory import approval, catalogue
from factory.batch import each
from factory.errors import NotFound, Refused
from factory.events import Event
from factory.names import function_actor, package_subject, person_actor
from factory.settings import PromoteSettings
from factory.spec import Model
from lambdas import aws
from lambdas.promote import evidence, service


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Look at every package whose state changed."""
    settings = PromoteSettings.from_env(os.environ)
    return each(event, lambda envelope: consider(envelope["detail"]["ModelPackageArn"], settings))


def consider(arn: str, settings: PromoteSettings) -> None:
    """Act on what the registry says of the package now, not on what the event said."""
    package = aws.sagemaker("describe_model_package", arn, ModelPackageName=arn)
    status = package["ModelApprovalStatus"]
    said = evidence.approved(package)
    if status == "Approved":
        _promote(said, package, settings)
    elif status == "Rejected" and said.approver:
        aws.emit(settings.bus_name, "promote", _decided("model.rejected", said, package))


def _promote(said: approval.Approved, package: dict[str, Any], settings: PromoteSettings) -> None:
    try:
        model = _model(said, settings)
        at = package["LastModifiedTime"].isoformat()
        uri = service.kept(said, at, settings) or _checked(said, package, model, settings)
    except Refused as refused:
        _withdraw(said, package, str(refused), settings)
        return
    aws.emit(settings.bus_name, "promote", _decided("model.approved", said, package))
    if service.overtaken(said):
        return  # a late redelivery: a newer version is meant to serve
    config = service.serve(model, said, uri, package, settings)
    aws.emit(settings.bus_name, "promote", _promoted(said, config))


def _checked(
    said: approval.Approved, package: dict[str, Any], model: Model, settings: PromoteSettings
) -> str:
    """Check the approval against what lies there now; return the URI of the kept copy."""
    body = evidence.artifact(package)
    approval.check(said, evidence.find(said, body, model, settings), model)
    return service.keep(said, body, package["LastModifiedTime"].isoformat(), settings)


def _model(said: approval.Approved, settings: PromoteSettings) -> Model:
    try:
        return catalogue.parse(aws.s3_get(settings.catalogue_uri))[said.model]
    except NotFound as missing:
        raise Refused(str(missing)) from missing


def _withdraw(
    said: approval.Approved, package: dict[str, Any], reason: str, settings: PromoteSettings
) -> None:
    """Say why an approval does not hold, and take it back in the registry.

    Said first: once the registry says Rejected, a redelivery would find nothing to say.
    """
    refused = Event(
        type="approval.refused",
        subject=package_subject(said.model, said.version),
        actor=function_actor("promote"),
        reason=reason,
        key=_moment(package),
        detail={"package": said.package, "approver": said.approver},
    )
    aws.emit(settings.bus_name, "promote", refused)
    aws.sagemaker(
        "update_model_package",
        said.package,
        ModelPackageArn=said.package,
        ModelApprovalStatus="Rejected",
        ApprovalDescription=f"{approval.WITHDRAWN}{reason}"[:1024],
    )


def _decided(kind: str, said: approval.Approved, package: dict[str, Any]) -> Event:
    return Event(
        type=kind,
        subject=package_subject(said.model, said.version),
        actor=person_actor(said.approver),
        reason=said.reason or "no reason was given",
        key=_moment(package),
        detail={"package": said.package, "artifact": said.artifact, "evidence": said.evidence},
    )


def _promoted(said: approval.Approved, config: str) -> Event:
    return Event(
        type="model.promoted",
        subject=package_subject(said.model, said.version),
        actor=function_actor("promote"),
        reason=f"{said.approver} approved it: {said.reason}",
        key=config,
        detail={"package": said.package, "artifact": said.artifact, "config": config},
    )


def _moment(package: dict[str, Any]) -> str:
    return f"{package['ModelPackageArn']}|{package['LastModifiedTime'].isoformat()}"
