"""Who commands what? One request to the function's URL, whose caller IAM has authenticated."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from factory import reasons
from factory.errors import Refused
from factory.events.event import Event


class Declined(Refused):
    """A command that is not carried out; *status* is HTTP's word for the reason."""

    def __init__(self, words: str, status: HTTPStatus) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """Let an earlier version of a model serve again."""

    model: str
    reason: str
    version: int | None
    """None: the newest approved one below the one that serves."""


@dataclass(frozen=True, kw_only=True)
class ApproveGuards:
    """Let the loosened guards of a model take force."""

    model: str
    reason: str
    digest: str
    """Of the deployed spec, whose guards the person has read about."""


@dataclass(frozen=True, kw_only=True)
class RevokeDefinition:
    """Let nothing be promoted any more that a pipeline definition has made."""

    recipe: str
    digest: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Train:
    """Let a model learn again."""

    model: str
    reason: str
    code: str
    """The SHA-256 of the caller's own training code; empty for the recipe's."""


@dataclass(frozen=True, kw_only=True)
class StopRun:
    """Let a run end before its time."""

    model: str
    execution: str
    """The ARN of the pipeline execution."""
    reason: str


Command = Rollback | ApproveGuards | RevokeDefinition | Train | StopRun
OPERATOR, BUILDER = "operator", "builder"
DUTIES: Mapping[type, tuple[str, ...]] = {
    Rollback: (OPERATOR,),
    ApproveGuards: (OPERATOR,),
    RevokeDefinition: (OPERATOR,),
    Train: (BUILDER,),
    StopRun: (BUILDER, OPERATOR),
}
"""Who commands what, by the duty whose role they have taken."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who commands, and in which request."""

    person: str
    duty: str
    request: str
    """AWS's id of the request: the same request is the same command."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A command that is carried out: what the factory is told, and what the person is."""

    event: Event
    answer: Mapping[str, Any]


def caller(request: Mapping[str, Any], roles: Mapping[str, str]) -> Caller:
    """Return who calls: the name of the session that IAM has authenticated, and its duty.

    *roles* are the duties by the names of their roles.
    """
    context = request["requestContext"]
    arn = str(context["authorizer"]["iam"]["userArn"])
    role, _, session = arn.partition(":assumed-role/")[2].partition("/")
    if role not in roles or not session:
        raise Declined(
            f"{arn} is not a session of the role of {' or '.join(sorted(roles.values()))}",
            HTTPStatus.FORBIDDEN,
        )
    return Caller(person=session, duty=roles[role], request=context["requestId"])


def check_duty(command: Command, caller: Caller) -> None:
    """Raise Declined unless the caller's duty gives such commands."""
    duties = DUTIES[type(command)]
    if caller.duty not in duties:
        name = type(command).__name__
        raise Declined(
            f"{caller.person} is not a session of the role of {' or '.join(duties)}, whose command "
            f"{name} is; assume that role",
            HTTPStatus.FORBIDDEN,
        )


def body(request: Mapping[str, Any]) -> str:
    """Return what was sent, as text."""
    sent = str(request.get("body") or "")
    if not request.get("isBase64Encoded"):
        return sent
    try:
        return base64.b64decode(sent, validate=True).decode()
    except ValueError as broken:
        raise wrong(f"the body is not text: {broken}") from broken


def parse(text: str) -> Command:
    """Read a command; Declined says what is missing or wrong."""
    try:
        found = json.loads(text)
    except ValueError as broken:
        raise wrong(f"the body is not JSON: {broken}") from broken
    name = found.get("command") if isinstance(found, dict) else None
    if not isinstance(name, str) or name not in COMMANDS:
        known = ", ".join(f'"{name}"' for name in COMMANDS)
        raise wrong(f'a command is {{"command": one of {known}, "reason": why, ...}}')
    reason = found.get("reason")
    if not isinstance(reason, str):
        raise wrong("a command without a reason is not carried out; say why")
    if why := reasons.misfit(reason):
        raise wrong(f"a command without a reason is not carried out: {why}")
    return COMMANDS[name](found, reason.strip())


def _rollback(found: Mapping[str, Any], reason: str) -> Rollback:
    version = found.get("version")
    if version is not None and (type(version) is not int or version < 1):
        raise wrong(f"version {version!r} is not a version; versions are counted from 1")
    return Rollback(model=_text(found, "model", "a model"), reason=reason, version=version)


def _guards(found: Mapping[str, Any], reason: str) -> ApproveGuards:
    model = _text(found, "model", "a model")
    return ApproveGuards(model=model, reason=reason, digest=_digest(found))


def _revocation(found: Mapping[str, Any], reason: str) -> RevokeDefinition:
    recipe = _text(found, "recipe", "a recipe")
    return RevokeDefinition(recipe=recipe, digest=_digest(found), reason=reason)


def _train(found: Mapping[str, Any], reason: str) -> Train:
    code = _digest(found) if found.get("digest") is not None else ""
    return Train(model=_text(found, "model", "a model"), reason=reason, code=code)


def _stop(found: Mapping[str, Any], reason: str) -> StopRun:
    execution = _text(found, "execution", "a run")
    return StopRun(model=_text(found, "model", "a model"), execution=execution, reason=reason)


def _text(found: Mapping[str, Any], name: str, words: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise wrong(f"{found['command']} needs the name of {words} as {name!r}")
    return value


def _digest(found: Mapping[str, Any]) -> str:
    value = found.get("digest")
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        raise wrong(f"{found['command']}: digest is {value!r}, not a SHA-256 of 64 digits")
    return value


COMMANDS: Mapping[str, Callable[[Mapping[str, Any], str], Command]] = {
    "rollback": _rollback,
    "approve_guards": _guards,
    "revoke_definition": _revocation,
    "train": _train,
    "stop_run": _stop,
}


def wrong(words: str) -> Declined:
    """Return the answer to a command that is not one."""
    return Declined(words, HTTPStatus.BAD_REQUEST)


def conflict(words: str) -> Declined:
    """Return the answer to a command that cannot be carried out as things are."""
    return Declined(words, HTTPStatus.CONFLICT)


def unknown(words: str) -> Declined:
    """Return the answer to a command about what is not there."""
    return Declined(words, HTTPStatus.NOT_FOUND)
