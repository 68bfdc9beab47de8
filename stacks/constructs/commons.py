"""What do all constructs share? What the foundation owns, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from factory.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Commons:
    """The ground that every later stack stands on."""

    stage: Stage
    bus: events.IEventBus
    key: kms.IKey
    alerts: sns.ITopic
    access_logs: s3.IBucket
