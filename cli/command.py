"""How does a person command the factory? By a signed request under the operator's role, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws import function_url, identity
from aws.outputs import outputs
from factory import reasons
from factory.errors import AccessDenied, Refused


def send(command: str, arguments: Any, **fields: Any) -> tuple[Mapping[str, Any], str]:
    """Send *command* with its *fields*; return the answer, and whom the factory takes one for.

    *arguments* name the reason and the stage. A field that is None is left out. Refused says why
    the factory, or this function, does not take the command.
    """
    reason = arguments.reason
    if why := reasons.misfit(reason):
        raise Refused(f"{command.replace('_', ' ')} needs a reason; {why}, with --reason")
    found, person = outputs(arguments.stage), identity.caller_name()
    given = {name: value for name, value in fields.items() if value is not None}
    what = f"{person} may not {command.replace('_', ' ').replace('rollback', 'roll back')}"
    try:
        operator = identity.assumed(found["OperatorRoleArn"])
    except AccessDenied as no:
        whose = f" {fields['model']}" if "model" in fields else ""
        raise AccessDenied(f"{what}{whose}: {no}") from no
    body = {"command": command, "reason": reason, **given}
    return function_url.post(operator, found["CommandUrl"], body), person
