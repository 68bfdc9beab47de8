"""How does a person command the factory? By a signed request in the role of the duty, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws import function_url, identity
from aws.outputs import output, outputs
from factory import reasons
from factory.errors import AccessDenied, Refused

OPERATOR, BUILDER = "OperatorRoleArn", "BuilderRoleArn"
"""The outputs that name the role of each duty."""


def send(
    command: str, arguments: Any, *, roles: tuple[str, ...] = (OPERATOR,), **fields: Any
) -> tuple[Mapping[str, Any], str]:
    """Send *command* with its *fields*; return the answer, and whom the factory takes one for.

    *arguments* name the reason and the stage, *roles* the outputs with the roles of the duties that
    may, of which the caller has one. A field that is None is left out. Refused says why the
    factory, or this function, does not take the command.
    """
    reason = arguments.reason
    if why := reasons.misfit(reason):
        raise Refused(f"{command.replace('_', ' ')} needs a reason; {why}, with --reason")
    found, person = outputs(arguments.stage), identity.caller_name()
    given = {name: value for name, value in fields.items() if value is not None}
    what = f"{person} may not {command.replace('_', ' ').replace('rollback', 'roll back')}"
    try:
        session = assumed([found[role] for role in roles])
    except AccessDenied as no:
        whose = f" {fields['model']}" if "model" in fields else ""
        raise AccessDenied(f"{what}{whose}: {no}") from no
    body = {"command": command, "reason": reason, **given}
    return function_url.post(session, output("CommandUrl", found), body), person


def assumed(roles: Sequence[str]) -> Any:
    """Return a session of the first of *roles* that the caller may assume."""
    first, *others = roles
    try:
        return identity.assumed(first)
    except AccessDenied:
        if not others:
            raise
        return assumed(others)
