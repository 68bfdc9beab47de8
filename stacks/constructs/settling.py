"""Who says what became of a deployment? A function that hears of every endpoint's changes."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from factory.settings import SettleSettings
from stacks.constructs import alarming, sagemaker
from stacks.constructs.commons import Commons
from stacks.constructs.function import Function, Needs
from stacks.constructs.inbox import Inbox
from stacks.constructs.permission import permit


class Settling(Construct):
    """The function `settle`."""

    def __init__(self, scope: Construct, id_: str, *, commons: Commons) -> None:
        super().__init__(scope, id_)
        settle = Function(
            self,
            "Settle",
            name="settle",
            commons=commons,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        settle.told(SettleSettings(bus_name=commons.bus.event_bus_name))
        permit(
            settle.role,
            "settle looks at any endpoint, and notes on it what failed",
            actions=[
                "sagemaker:AddTags",
                "sagemaker:DeleteTags",
                "sagemaker:DescribeEndpoint",
                "sagemaker:ListTags",
            ],
            on=[sagemaker.ENDPOINTS],
        )
        alarming.let_tidy(settle.role, "settle")
        settle.emits("model.deployed", "deployment.failed", "incident.opened", "incident.closed")
        pattern = events.EventPattern(
            source=["aws.sagemaker"], detail_type=["SageMaker Endpoint State Change"]
        )
        Inbox(self, "Changes", function=settle).hears_aws("Endpoints", pattern)
