"""By which ARNs do policies name the alarms and metrics of models?

Alarms of models are data, as models are: the factory's functions make and delete them.
"""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from factory.layout import names
from stacks.access.permission import permit


def alarms(stage: str, *parts: str) -> str:
    """Return the ARN of the alarms of all models of *stage*: of all kinds, or of one."""
    name = names.alarm(names.resource(stage, "*"), *(parts or "*"))
    return f"arn:{Aws.PARTITION}:cloudwatch:{Aws.REGION}:{Aws.ACCOUNT_ID}:alarm:{name}"


def allow_metrics(role: iam.Role, who: str, stage: str) -> None:
    """Let *role* publish metrics of the factory's own, of *stage* alone."""
    permit(
        role,
        f"{who} publishes metrics, which have no ARN; the condition names the factory's",
        actions=["cloudwatch:PutMetricData"],
        on=["*"],
        when={"StringEquals": {"cloudwatch:namespace": names.metrics(stage)}},
    )


def allow_delete_alarms(role: iam.Role, who: str, stage: str) -> None:
    """Let *role* list all alarms and delete those of models."""
    permit(
        role,
        f"{who} lists alarms, which AWS allows for all of them or none",
        actions=["cloudwatch:DescribeAlarms"],
        on=["*"],
    )
    permit(
        role,
        f"{who} deletes alarms of any model that guard what no longer serves",
        actions=["cloudwatch:DeleteAlarms"],
        on=[alarms(stage)],
    )


def allow_read_alarms(role: iam.Role, who: str, stage: str) -> None:
    """Let *role* see the state of the alarms of models."""
    permit(
        role,
        f"{who} sees the state of the alarms of any model",
        actions=["cloudwatch:DescribeAlarms"],
        on=[alarms(stage)],
    )
