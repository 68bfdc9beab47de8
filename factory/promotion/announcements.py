"""What does promotion tell the factory, of whom and why?"""

from __future__ import annotations

from typing import Any, TypeVar

from factory import reasons
from factory.catalogue.change import Change
from factory.events.model import (
    ApprovalRefused,
    ModelPromoted,
    PromotionDeferred,
)
from factory.events.people import Decision, ModelApproved, ModelRejected
from factory.layout.names import person_actor
from factory.promotion.loosened import Loosened, accepted
from factory.promotion.package import Package
from factory.serving.rollout import Endpoint

Kind = TypeVar("Kind", bound=Decision)


def approved(package: Package, loosened: Loosened) -> ModelApproved:
    """Return the event that an approval holds, which *loosened* thresholds as it says."""
    return _decided(
        ModelApproved,
        package,
        since=loosened.since,
        loosened=tuple(Change.of(each.brief()) for each in loosened.changes),
        unknown=loosened.unknown,
        shown=loosened.digest if accepted(package.reason) else "",
    )


def rejected(package: Package) -> ModelRejected:
    """Return the event that a person has rejected a package."""
    return _decided(ModelRejected, package)


def _decided(kind: type[Kind], package: Package, **more: Any) -> Kind:
    return kind(
        **more,
        model=package.model,
        version=package.version,
        actor=person_actor(package.approver),
        reason=reasons.shown(package.reason) or "no reason was given",
        key=package.moment,
        package=package.arn,
        artifact=package.artifact,
        evidence=package.evidence,
    )


def refused(package: Package, reason: str, actor: str = "") -> ApprovalRefused:
    """Return the event that an approval does not hold, or no longer.

    *actor* is the person who ended it; empty when promotion did.
    """
    return ApprovalRefused(
        model=package.model,
        version=package.version,
        actor=actor,
        reason=reason,
        key=package.moment,
        package=package.arn,
        approver=package.approver,
    )


def promoted(package: Package, config: str, reason: str) -> ModelPromoted:
    """Return the event that a version is on its way into service, as *config*."""
    return ModelPromoted(
        model=package.model,
        version=package.version,
        reason=reason,
        key=config,
        package=package.arn,
        artifact=package.artifact,
        config=config,
    )


def deferred(package: Package, endpoint: Endpoint) -> PromotionDeferred:
    """Return the event that an approved version waits for another update to end."""
    return PromotionDeferred(
        model=package.model,
        version=package.version,
        reason=f"{busy(endpoint)}; it is taken up again when that has ended",
        key=package.config,
        package=package.arn,
        approver=package.approver,
        config=package.config,
    )


def foreign(endpoint: Endpoint) -> str:
    """Say that an endpoint is somebody else's, and what to do."""
    return (
        f"endpoint {endpoint.name} is there and the factory did not make it; delete it, or have "
        "its owner delete it, then approve again"
    )


def busy(endpoint: Endpoint) -> str:
    """Say what an endpoint is on its way to."""
    towards = endpoint.pending or endpoint.meant
    return f"endpoint {endpoint.name} is {endpoint.status} to {towards}"
