"""Which version would serve again, and may it? What can be said before promotion is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factory.catalogue.spec import Model
from factory.commands.request import Accepted, Caller, Rollback, conflict, unknown
from factory.events.people import RollbackRequested
from factory.layout.names import person_actor
from factory.promotion.package import APPROVED
from factory.serving.rollout import BROKEN, Endpoint


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a model in the registry."""

    number: int
    package: str
    """The package's ARN."""
    status: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """What would serve again, and what serves now."""

    version: Version
    endpoint: Endpoint
    recorded: bool
    """Whether promotion has checked and recorded its approval."""


def movable(endpoint: Endpoint | None, model: Model) -> Endpoint:
    """Return the endpoint if it serves something and stands still; else Declined says why."""
    if endpoint is None or endpoint.status in BROKEN or not endpoint.meant:
        raise conflict(f"{model.name} serves nothing; approve a version instead")
    if endpoint.busy or not endpoint.begun:
        minutes = 2 * model.serving.bake_minutes
        raise conflict(
            f"endpoint {endpoint.name} is {endpoint.status} to {endpoint.meant} since "
            f"{endpoint.changed}; if it fails, its alarms take it back by themselves; try again "
            f"when that has ended, about {minutes} minutes after it began"
        )
    return endpoint


def chosen(command: Rollback, serves: int, versions: Sequence[Version]) -> Version:
    """Return the version to roll back to, of a model that *serves* a version now."""
    if command.version is None:
        return _previous(command.model, serves, versions)
    if command.version == serves:
        raise conflict(f"{command.model} serves version {serves} already")
    found = next((v for v in versions if v.number == command.version), None)
    if found is None:
        raise unknown(f"{command.model} has no version {command.version}")
    if found.status != APPROVED:
        raise conflict(
            f"{command.model} version {found.number} is {found.status} in the registry; only an "
            "approved version may serve"
        )
    if found.number > serves:
        raise conflict(
            f"version {found.number} is newer than version {serves}, which serves; approve it "
            "instead"
        )
    return found


def _previous(model: str, serves: int, versions: Sequence[Version]) -> Version:
    earlier = [v for v in versions if v.number < serves and v.status == APPROVED]
    if not earlier:
        raise conflict(f"{model} has no approved version before {serves}, which serves")
    return max(earlier, key=lambda v: v.number)


def accept(command: Rollback, caller: Caller, target: Target) -> Accepted:
    """Return what promotion is asked for in the person's name; Declined for what it never checked.

    The registry calls approved what anybody with its rights has set to Approved.
    """
    version = target.version
    if not target.recorded:
        raise conflict(
            f"{command.model} version {version.number} was never approved: promotion has no "
            "record of it"
        )
    event = RollbackRequested(
        model=command.model,
        version=version.number,
        actor=person_actor(caller.person),
        reason=command.reason,
        key=caller.request,
        package=version.package,
        serving=target.endpoint.serves,
    )
    answer = {
        "model": command.model,
        "version": version.number,
        "package": version.package,
        "from": target.endpoint.version,
        "by": caller.person,
    }
    return Accepted(event=event, answer=answer)
