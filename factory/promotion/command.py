"""What may a person command, and what does it mean now?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.serving.rollout import Endpoint

ROLLBACK = "rollback"


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
class Version:
    """One version of a model in the registry."""

    number: int
    package: str
    status: str


def person(request: Mapping[str, Any], role: str) -> str:
    """Return who calls: the name of the session of *role* that IAM has authenticated."""
    arn = request["requestContext"]["authorizer"]["iam"]["userArn"]
    _, _, session = str(arn).partition(f":assumed-role/{role}/")
    if not session:
        raise Declined(f"{arn} is no session of the operators' role", HTTPStatus.FORBIDDEN)
    return session


def parse(body: str) -> Rollback:
    """Read a command; Declined says what is missing or wrong."""
    try:
        found = json.loads(body)
    except ValueError as broken:
        raise _wrong(f"the body is no JSON: {broken}") from broken
    if not isinstance(found, dict) or found.get("command") != ROLLBACK:
        raise _wrong(f'the only command is {{"command": "{ROLLBACK}", "model", "reason"}}')
    model, reason, version = (found.get(key) for key in ("model", "reason", "version"))
    if not isinstance(model, str) or not model:
        raise _wrong("a rollback needs the name of a model")
    if not isinstance(reason, str) or not reason.strip():
        raise _wrong("a rollback without a reason is none; say why")
    if version is not None and (type(version) is not int or version < 1):
        raise _wrong(f"version {version!r} is no version; versions are counted from 1")
    return Rollback(model=model, reason=reason.strip(), version=version)


def _wrong(words: str) -> Declined:
    return Declined(words, HTTPStatus.BAD_REQUEST)


def _conflict(words: str) -> Declined:
    return Declined(words, HTTPStatus.CONFLICT)


def movable(endpoint: Endpoint | None, model: Model) -> Endpoint:
    """Return the endpoint if it serves something and stands still; else Declined says why."""
    if endpoint is None or endpoint.status == "Failed" or not endpoint.meant:
        raise _conflict(f"{model.name} serves nothing; approve a version instead")
    if endpoint.busy or not endpoint.begun:
        minutes = 2 * model.serving.bake_minutes
        raise _conflict(
            f"endpoint {model.name} is {endpoint.status} to {endpoint.meant} since "
            f"{endpoint.changed}; if it fails, its alarms take it back by themselves; try again "
            f"when that has ended, about {minutes} minutes after it began"
        )
    return endpoint


def target(command: Rollback, serves: int, versions: Sequence[Version]) -> Version:
    """Return the version to roll back to, of a model that *serves* a version now."""
    if command.version is None:
        return _previous(command.model, serves, versions)
    if command.version == serves:
        raise _conflict(f"{command.model} serves version {serves} already")
    chosen = next((v for v in versions if v.number == command.version), None)
    if chosen is None:
        raise Declined(f"{command.model} has no version {command.version}", HTTPStatus.NOT_FOUND)
    if chosen.status != "Approved":
        raise _conflict(
            f"{command.model} version {chosen.number} is {chosen.status} in the registry; only an "
            "approved version may serve"
        )
    if chosen.number > serves:
        raise _conflict(
            f"version {chosen.number} is newer than version {serves}, which serves; approve it "
            "instead"
        )
    return chosen


def _previous(model: str, serves: int, versions: Sequence[Version]) -> Version:
    earlier = [v for v in versions if v.number < serves and v.status == "Approved"]
    if not earlier:
        raise _conflict(f"{model} has no approved version before {serves}, which serves")
    return max(earlier, key=lambda v: v.number)
