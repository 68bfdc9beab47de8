"""What happened to a version of a model on its way into service?"""

from __future__ import annotations

from dataclasses import dataclass

from factory.events.actor import FUNCTION, PERSON
from factory.events.event import Event, event


@event(
    "model.promoted", by=("promote",), subject="model/{model}/{version}", key="the configuration"
)
class ModelPromoted(Event):
    """An approved version is on its way into service."""

    model: str
    version: int
    package: str
    """The ARN of the version in the registry."""
    artifact: str
    """SHA-256 of the bytes that were approved."""
    config: str
    """The name of the endpoint configuration that serves it."""


@event(
    "promotion.deferred",
    by=("promote",),
    subject="model/{model}/{version}",
    key="the configuration",
)
class PromotionDeferred(Event):
    """An approved version has to wait, because its endpoint is on its way to something else."""

    model: str
    version: int
    package: str
    """The ARN of the version in the registry."""
    approver: str
    """Whose approval it is."""
    config: str
    """The name of the endpoint configuration that will serve it."""


@event(
    "approval.refused",
    by=("promote",),
    subject="model/{model}/{version}",
    key="the package and the moment of the decision",
    actors=(FUNCTION, PERSON),
)
class ApprovalRefused(Event):
    """An approval does not hold, or not any longer, and was taken back in the registry.

    The actor is the function, or the person who rolled back from the version.
    """

    model: str
    version: int
    package: str
    """The ARN of the version in the registry."""
    approver: str
    """Whose approval it was; empty when nobody known approved."""


@event(
    "rollback.refused",
    by=("promote",),
    subject="model/{model}/{version}",
    key="the request of the command",
)
class RollbackRefused(Event):
    """A rollback that a person asked for was not done."""

    model: str
    version: int
    package: str
    """The ARN of the version in the registry."""
    asked: str
    """The actor who asked for it."""
    because: str
    """The reason that was given."""


@event(
    "model.recalled", by=("promote",), subject="model/{model}/{version}", key="the configuration"
)
class ModelRecalled(Event):
    """A version that serves is taken out of service, because it may not serve."""

    model: str
    version: int
    package: str
    """The ARN of the version in the registry."""
    endpoint: str
    """Its name, which is the model's; it is deleted when nothing may serve instead."""
    config: str
    """The name of the endpoint configuration that may not serve."""
    instead: str
    """The name of the endpoint configuration that serves instead; empty for none."""


@dataclass(frozen=True, kw_only=True)
class Outcome(Event):
    """What became of a deployment."""

    model: str
    version: int
    package: str
    """The ARN of the version in the registry."""
    endpoint: str
    """Its name, which is the model's."""
    config: str
    """The name of the endpoint configuration that was meant."""
    serves: str
    """The name of the endpoint configuration that serves."""


@event(
    "model.deployed",
    by=("deployment_outcome",),
    subject="model/{model}/{version}",
    key="the configuration",
)
class ModelDeployed(Outcome):
    """An endpoint serves what it was meant to serve."""


@event(
    "deployment.failed",
    by=("deployment_outcome",),
    subject="model/{model}/{version}",
    key="the configuration",
)
class DeploymentFailed(Outcome):
    """An endpoint does not serve what it was meant to serve, or what serves may not.

    In the second case `serves` and `config` are the same: it answers otherwise than it was judged,
    or its probes did not run.
    """
