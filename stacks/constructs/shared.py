"""What do all constructs of an account share? What its foundation owns, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field

from aws_cdk import Environment
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from factory.given import Network
from factory.layout.names import deployment, stack
from factory.stage import Stage
from stacks.constructs.traffic import Traffic


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The ground that every later stack of an account stands on."""

    stage: Stage
    home: Environment | None
    """The account and region, or None for wherever the only account is."""
    bus: events.IEventBus
    key: kms.IKey
    key_given: bool = False
    """Whether the key is the organisation's, whose policy is not ours to write."""
    network: Network | None = None
    """In which jobs and endpoints run, or None for none of the account's."""
    alerts: sns.ITopic
    access_logs: s3.IBucket

    def stack_name(self, duty: str) -> str:
        """Return the name of the stack of this stage that has a *duty*, such as `training`."""
        return stack(self.stage.name, duty)

    @property
    def known_as(self) -> str:
        """Return what the bus and the key of each account are called where there are several."""
        return deployment(self.stage.name)

    traffic: Traffic = field(default_factory=Traffic)
    """The events of the account."""
