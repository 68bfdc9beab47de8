"""With which role does SageMaker run a container? With one that can start it, and no more."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.permission import permit
from stacks.access.service_role import service_role
from stacks.constructs.image import Image


class SageMakerRole(Construct):
    """A role for jobs or endpoints: it pulls *images* and writes logs and metrics.

    *log_groups* are the names that SageMaker gives to the logs of this kind of work.
    """

    def __init__(
        self, scope: Construct, id_: str, *, images: Sequence[Image], log_groups: tuple[str, ...]
    ) -> None:
        super().__init__(scope, id_)
        self.role = service_role(self, "Role", by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        self._allow_pull(images)
        self._allow_log(log_groups)

    def _allow_pull(self, images: Sequence[Image]) -> None:
        permit(
            self.role,
            "pulls the images it runs in",
            actions=[
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            on=[image.repository_arn for image in images],
        )
        permit(
            self.role,
            "signs in to the image registry, a right that AWS gives on all or none",
            actions=["ecr:GetAuthorizationToken"],
            on=["*"],
        )

    def _allow_log(self, log_groups: tuple[str, ...]) -> None:
        logs = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group"
        permit(
            self.role,
            "writes logs, whose streams SageMaker names after jobs and instances",
            actions=[
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            on=[f"{logs}:{name}:*" for name in log_groups],
        )
        permit(
            self.role,
            "writes metrics, which have no ARN; the condition names SageMaker's",
            actions=["cloudwatch:PutMetricData"],
            on=["*"],
            when={"StringLike": {"cloudwatch:namespace": ["/aws/sagemaker/*"]}},
        )
