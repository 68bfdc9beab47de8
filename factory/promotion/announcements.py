"""What does promotion tell the factory, of whom and why?"""

from __future__ import annotations

from factory.events.event import Event
from factory.layout.names import function_actor, person_actor
from factory.promotion.package import Package
from factory.serving.rollout import Endpoint

ACTOR = function_actor("promote")


def approved(package: Package) -> Event:
    """Return the event that an approval holds."""
    return _decided("model.approved", package)


def rejected(package: Package) -> Event:
    """Return the event that a person has rejected a package."""
    return _decided("model.rejected", package)


def _decided(kind: str, package: Package) -> Event:
    return Event(
        type=kind,
        subject=package.subject,
        actor=person_actor(package.approver),
        reason=package.reason or "no reason was given",
        key=package.moment,
        detail={
            "package": package.arn,
            "artifact": package.artifact,
            "evidence": package.evidence,
        },
    )


def refused(package: Package, reason: str, actor: str = ACTOR) -> Event:
    """Return the event that an approval does not hold, or no longer, by whom."""
    return Event(
        type="approval.refused",
        subject=package.subject,
        actor=actor,
        reason=reason,
        key=package.moment,
        detail={"package": package.arn, "approver": package.approver},
    )


def promoted(package: Package, config: str, reason: str) -> Event:
    """Return the event that a version is on its way into service, as *config*."""
    return Event(
        type="model.promoted",
        subject=package.subject,
        actor=ACTOR,
        reason=reason,
        key=config,
        detail={"package": package.arn, "artifact": package.artifact, "config": config},
    )


def deferred(package: Package, endpoint: Endpoint) -> Event:
    """Return the event that an approved version waits for another update to end."""
    return Event(
        type="promotion.deferred",
        subject=package.subject,
        actor=ACTOR,
        reason=f"{busy(endpoint)}; it is taken up again when that has ended",
        key=package.config,
        detail={
            "package": package.arn,
            "approver": package.approver,
            "config": package.config,
        },
    )


def busy(endpoint: Endpoint) -> str:
    """Say what an endpoint is on its way to."""
    towards = endpoint.pending or endpoint.meant
    return f"endpoint {endpoint.name} is {endpoint.status} to {towards}"
