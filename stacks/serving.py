"""How do approved models serve? Copies that only promotion can write, behind endpoints."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.settings import SettleSettings
from stacks.constructs import sagemaker
from stacks.constructs.commons import Commons
from stacks.constructs.document import Document
from stacks.constructs.function import Function, Needs
from stacks.constructs.image import Image
from stacks.constructs.inbox import Inbox
from stacks.constructs.outputs import publish
from stacks.constructs.permission import permit
from stacks.constructs.promotion import Handover, Promotion
from stacks.constructs.store import Store
from stacks.constructs.worker import Worker


class ServingStack(Stack):
    """Owns what was approved, what serves it and what it answered."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        commons: Commons,
        catalogue: Document,
        work: Store,
        evidence: Store,
    ) -> None:
        super().__init__(scope, id_, stack_name="modelworks-serving")
        self.approved = Store(self, "Approved", commons=commons, worm=True)
        self.captures = Store(self, "Captures", commons=commons)
        handover = Handover(
            catalogue=catalogue,
            work=work,
            evidence=evidence,
            approved=self.approved,
            captures=self.captures,
            serving=self._endpoints(),
        )
        promotion = Promotion(self, "Promotion", commons=commons, handover=handover)
        self._protect(promotion.function.role)
        self._settle(commons)
        publish(self, ApprovedBucket=self.approved.name, CapturesBucket=self.captures.name)

    def _endpoints(self) -> iam.Role:
        image = Image(self, "Image")
        role = Worker(self, "Serving", image=image, log_groups=("/aws/sagemaker/Endpoints/*",)).role
        self.approved.let_list(role, "an endpoint fetches its model", "models/*")
        self.approved.let_read(role, "an endpoint reads any approved model", "models/*")
        self.captures.let_write(role, "an endpoint records what it answers", "captures/*")
        return role

    def _protect(self, promote: iam.Role) -> None:
        """Let nobody but promotion write here, not even an administrator, and it only once."""
        bucket = self.approved.bucket
        others = {"ArnNotEquals": {"aws:PrincipalArn": promote.role_arn}}
        again = {"Null": {"s3:if-none-match": "true"}}
        for when in (others, again):
            bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    effect=iam.Effect.DENY,
                    actions=["s3:PutObject"],
                    principals=[iam.AnyPrincipal()],
                    resources=[bucket.arn_for_objects("*")],
                    conditions=when,
                )
            )

    def _settle(self, commons: Commons) -> None:
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
            "settle looks at any endpoint and at what it is meant to serve",
            actions=["sagemaker:DescribeEndpoint", "sagemaker:ListTags"],
            on=[sagemaker.ENDPOINTS],
        )
        settle.emits("model.deployed", "deployment.failed")
        pattern = events.EventPattern(
            source=["aws.sagemaker"], detail_type=["SageMaker Endpoint State Change"]
        )
        Inbox(self, "Changes", function=settle).hears("Endpoints", pattern, None)
