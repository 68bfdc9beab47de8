"""Who commands what, and may it be? Every command of a person that no AWS service stamps."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aws
from factory.commands import request
from factory.commands.request import Accepted, Declined
from factory.settings import CommandSettings
from lambdas.command import gather


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request to the function's URL, whose caller IAM has authenticated."""
    settings = CommandSettings.from_env(os.environ)
    try:
        accepted = accept(event, settings)
    except Declined as no:
        return _answer(no.status, {"message": str(no)})
    aws.emit(settings.bus_name, "command", accepted.event)
    return _answer(HTTPStatus.ACCEPTED, accepted.answer)


def accept(event: Mapping[str, Any], settings: CommandSettings) -> Accepted:
    """Check what can be checked now; the factory is then asked in the person's name."""
    roles = {
        settings.operator_role: request.OPERATOR,
        settings.builder_role: request.BUILDER,
    }
    caller = request.caller(event, roles)
    command = request.parse(request.body(event))
    request.check_duty(command, caller)
    return gather.accept(command, caller, settings)


def _answer(status: HTTPStatus, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": int(status),
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body, sort_keys=True),
    }
