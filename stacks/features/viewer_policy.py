"""What may everybody see of the factory? The state of each model, and no data."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access import sagemaker
from stacks.access.permission import permit
from stacks.constructs.table import Table


class ViewerPolicy(Construct):
    """What `factory status` reads, as a policy to attach to anybody.

    It covers its own account, and is for people who have not assumed a role.
    """

    def __init__(self, scope: Construct, id_: str, *, tables: tuple[Table, ...]) -> None:
        super().__init__(scope, id_)
        self.policy = iam.ManagedPolicy(self, "Policy", description="sees where models stand")
        permit(
            self.policy,
            "everybody lists stacks, models and endpoints, and sees traffic: all or none",
            actions=[
                "cloudformation:DescribeStacks",
                "cloudwatch:GetMetricStatistics",
                "sagemaker:ListEndpoints",
                "sagemaker:ListModelPackageGroups",
                "sagemaker:ListModelPackages",
            ],
            on=["*"],
        )
        permit(
            self.policy,
            "everybody sees any version and any endpoint",
            actions=[
                "sagemaker:DescribeEndpoint",
                "sagemaker:DescribeEndpointConfig",
                "sagemaker:DescribeModelPackage",
                "sagemaker:ListTags",
            ],
            on=[sagemaker.PACKAGES, sagemaker.ENDPOINTS, sagemaker.CONFIGS],
        )
        for table in tables:
            table.grant_scan(self.policy, "everybody sees runs, windows and incidents")
