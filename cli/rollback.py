"""How does a person let an earlier version serve again? By a command that carries their name."""

from __future__ import annotations

from typing import Any

from aws import function_url, identity
from aws.outputs import outputs
from cli.result import Result
from factory.errors import Refused
from factory.layout.names import package_subject


def run(arguments: Any) -> Result:
    """Ask the factory, under the operator role and in the caller's name, for a rollback."""
    if not arguments.reason.strip():
        raise Refused("a rollback needs a reason; say why with --reason")
    found, person = outputs(), identity.caller_name()
    wanted = {"command": "rollback", "model": arguments.model, "reason": arguments.reason}
    if arguments.version is not None:
        wanted["version"] = arguments.version
    operator = identity.assumed(found["OperatorRoleArn"])
    answer = function_url.post(operator, found["CommandUrl"], wanted)
    subject = package_subject(answer["model"], answer["version"])
    line = (
        f"{subject}: {person} rolls back to it from version {answer['from']}; promotion checks it"
    )
    return Result((line,), answer)
