"""What do all constructs of an account share? What its foundation owns, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field

from aws_cdk import Environment
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from factory.stage import Stage
from stacks.constructs.traffic import Traffic

KNOWN = "modelworks"
"""What the bus and the key of each account are called where there are several."""


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The ground that every later stack of an account stands on."""

    stage: Stage
    home: Environment | None
    """The account and region, or None for wherever the only account is."""
    bus: events.IEventBus
    key: kms.IKey
    alerts: sns.ITopic
    access_logs: s3.IBucket
    traffic: Traffic = field(default_factory=Traffic)
    """The events of the account."""
