"""What can promotion do? Every effect as a value, so that their order can be planned and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from factory.events.event import Event
from factory.serving.intent import Intent


@dataclass(frozen=True)
class Emit:
    """Put an event on the factory's bus; emitted twice, it is the same event."""

    event: Event


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Let S3 copy staged bytes to where nobody can change them; a copy that exists is the same."""

    source: str
    version: str
    """Of the staged object: no other bytes than those whose digest is known."""
    target: str
    digest: str
    """SHA-256, which the copy must have."""


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Write a document once; one that exists was written by a delivery of the same message."""

    uri: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Forget:
    """Delete rows of data that were kept for as long as an approval held."""

    uri: str


@dataclass(frozen=True, kw_only=True)
class Withdraw:
    """Let the registry say that an approval does not hold, and why."""

    package: str
    """The package's ARN."""
    description: str


@dataclass(frozen=True)
class CreateModel:
    """Make SageMaker's model of a configuration."""

    request: Mapping[str, Any]


@dataclass(frozen=True)
class CreateEndpointConfig:
    """Make the configuration of an endpoint."""

    request: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Mean:
    """Write down what an endpoint is meant to serve, unless somebody else did since it was read."""

    endpoint: str
    """The endpoint's name."""
    intent: Intent


@dataclass(frozen=True, kw_only=True)
class CallBack:
    """Let the alarm of a configuration ring that guards its update: SageMaker then takes it back.

    SageMaker has no call that ends an update.
    """

    model: str
    config: str


@dataclass(frozen=True, kw_only=True)
class Guard:
    """Set an alarm on a configuration."""

    alarm: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Have a configuration asked what it must know, from *delay* seconds on."""

    message: Mapping[str, Any]
    delay: int


@dataclass(frozen=True)
class CreateEndpoint:
    """Make the endpoint."""

    request: Mapping[str, Any]


@dataclass(frozen=True)
class UpdateEndpoint:
    """Move the endpoint to another configuration."""

    request: Mapping[str, Any]


@dataclass(frozen=True)
class DeleteEndpoint:
    """Delete an endpoint: what it serves may not, or it has failed and can do nothing else."""

    name: str


@dataclass(frozen=True)
class AwaitDeletion:
    """Wait until a deleted endpoint is gone."""

    name: str


Effect = (
    Emit
    | Archive
    | Keep
    | Forget
    | Withdraw
    | CreateModel
    | CreateEndpointConfig
    | Mean
    | CallBack
    | Guard
    | Probe
    | CreateEndpoint
    | UpdateEndpoint
    | DeleteEndpoint
    | AwaitDeletion
)


@dataclass(frozen=True)
class Plan:
    """What promotion does about one message, in this order.

    A crash between any two effects, and the message again, must come to the same: each effect may
    be done twice, and what is told comes after what it tells of is safe.
    """

    effects: tuple[Effect, ...] = ()
    holds: bool = False
    """Whether it is about an approval that holds."""

    @property
    def contested(self) -> bool:
        """Whether it moves an endpoint, which AWS refuses when another update was first.

        The facts have then changed: they are gathered again, and the plan is made anew.
        """
        return any(isinstance(effect, CreateEndpoint | UpdateEndpoint) for effect in self.effects)
