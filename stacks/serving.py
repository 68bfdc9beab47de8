"""How do approved models serve? Copies that only promotion can write, behind endpoints."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.layout import objects
from stacks.access import alarm_permissions
from stacks.constructs.image import Image
from stacks.constructs.outputs import publish
from stacks.constructs.published_file import Document
from stacks.constructs.sagemaker_role import Worker
from stacks.constructs.shared import Commons
from stacks.constructs.store import Store
from stacks.features.deployment_outcome import Settling
from stacks.features.endpoint_probes import Probing
from stacks.features.operator_api import Commanding
from stacks.features.promotion import Handover, Promotion


class ServingStack(Stack):
    """Owns what was approved, what serves it and what it answered."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        commons: Commons,
        catalogue: Path,
        work: Store,
        evidence: Store,
    ) -> None:
        super().__init__(scope, id_, env=commons.home, stack_name="modelworks-serving")
        document = Document(self, "Models", path=catalogue)
        self.approved = Store(self, "Approved", commons=commons, worm=True)
        self.captures = Store(self, "Captures", commons=commons)
        probing = Probing(self, "Probing", commons=commons, approved=self.approved)
        handover = Handover(
            catalogue=document,
            work=work,
            evidence=evidence,
            approved=self.approved,
            captures=self.captures,
            serving=self._endpoints(),
            probes=probing.inbox,
        )
        promotion = Promotion(self, "Promotion", commons=commons, handover=handover)
        self._protect(promotion.function.role)
        Settling(self, "Settling", commons=commons)
        commanding = Commanding(
            self,
            "Commanding",
            commons=commons,
            catalogue=document,
            approved=self.approved,
            registry=Stack.of(work).account,
        )
        publish(
            self,
            ApprovedBucket=self.approved.name,
            CapturesBucket=self.captures.name,
            CommandUrl=commanding.url,
            OperatorRoleArn=commanding.operator.role.role_arn,
        )

    def _endpoints(self) -> iam.Role:
        image = Image(self, "Image")
        role = Worker(self, "Serving", image=image, log_groups=("/aws/sagemaker/Endpoints/*",)).role
        self.approved.let_list(role, "an endpoint fetches its model", objects.MODELS)
        self.approved.let_read(role, "an endpoint reads any approved model", objects.MODELS)
        self.captures.let_write(role, "an endpoint records what it answers", objects.CAPTURES)
        alarm_permissions.let_heed(role, "SageMaker, while it moves an endpoint as this role,")
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
