"""Who commands what, and may it be? Every command of a person that no AWS service stamps."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aws
from factory.catalogue import catalogue
from factory.catalogue.spec import Model
from factory.errors import NotFound
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import package_subject, person_actor
from factory.promotion import command, package
from factory.promotion.command import Declined, Rollback, Version
from factory.serving.rollout import Endpoint
from factory.settings import CommandSettings


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request to the function's URL, whose caller IAM has authenticated."""
    settings = CommandSettings.from_env(os.environ)
    try:
        who = command.person(event, settings.operator_role)
        wanted = command.parse(_body(event))
        said = roll_back(wanted, who, event["requestContext"]["requestId"], settings)
    except Declined as no:
        return _answer(no.status, {"message": str(no)})
    return _answer(HTTPStatus.ACCEPTED, said)


def roll_back(
    wanted: Rollback, who: str, request: str, settings: CommandSettings
) -> dict[str, Any]:
    """Check what can be checked now, and ask promotion for it in the person's name."""
    model = _model(wanted.model, settings)
    endpoint = command.movable(aws.endpoint(model.name), model)
    chosen = command.target(wanted, endpoint.version, _versions(model.name))
    _check_kept(chosen, settings)
    aws.emit(settings.bus_name, "command", _asked(wanted, who, request, chosen, endpoint))
    return {
        "model": model.name,
        "version": chosen.number,
        "package": chosen.package,
        "from": endpoint.version,
        "by": who,
    }


def _model(name: str, settings: CommandSettings) -> Model:
    try:
        return catalogue.parse(aws.s3_get(settings.catalogue_uri))[name]
    except NotFound as missing:
        raise Declined(str(missing), HTTPStatus.NOT_FOUND) from missing


def _versions(model: str) -> list[Version]:
    listed = aws.sagemaker_list(
        "list_model_packages", "ModelPackageSummaryList", ModelPackageGroupName=model
    )
    return [
        Version(
            number=each["ModelPackageVersion"],
            package=each["ModelPackageArn"],
            status=each["ModelApprovalStatus"],
        )
        for each in listed
    ]


def _check_kept(chosen: Version, settings: CommandSettings) -> None:
    """Refuse what the registry calls approved but promotion never found to be."""
    found = aws.sagemaker("describe_model_package", chosen.package, ModelPackageName=chosen.package)
    said = package.of(found)
    try:
        aws.s3_get(package.record_uri(settings.approved_bucket, said))
    except NotFound as missing:
        raise Declined(
            f"{said.model} version {said.version} was never approved: promotion kept no record",
            HTTPStatus.CONFLICT,
        ) from missing


def _asked(wanted: Rollback, who: str, request: str, chosen: Version, endpoint: Endpoint) -> Event:
    return Event(
        type="rollback.requested",
        subject=package_subject(wanted.model, chosen.number),
        actor=person_actor(who),
        reason=wanted.reason,
        key=request,
        detail={
            "model": wanted.model,
            "version": chosen.number,
            "package": chosen.package,
            "from": endpoint.serves,
        },
    )


def _body(event: Mapping[str, Any]) -> str:
    body = str(event.get("body") or "")
    return base64.b64decode(body).decode() if event.get("isBase64Encoded") else body


def _answer(status: HTTPStatus, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": int(status),
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body, sort_keys=True),
    }
