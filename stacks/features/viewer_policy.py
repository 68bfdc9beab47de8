"""What may everybody see of the factory? The state of each model, and no data."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.layout import objects, tables
from stacks.access import sagemaker
from stacks.access.cross_account import other_account
from stacks.access.permission import permit
from stacks.constructs.store import Store
from stacks.constructs.table import Table
from stacks.features.index import Index


class ViewerPolicy(Construct):
    """What `factory status` and `factory review` read, as a policy to attach to anybody.

    It covers its own account: what is in another it does not show. It is for people who have not
    assumed a role. What it reads of a table, it reads by its key: nothing is scanned.
    """

    def __init__(self, scope: Construct, id_: str, *, stage: str) -> None:
        super().__init__(scope, id_)
        arns = sagemaker.Arns(stage)
        self.policy = iam.ManagedPolicy(self, "Policy", description="sees where models stand")
        permit(
            self.policy,
            "everybody lists stacks, versions and endpoints, and sees traffic: all or none",
            actions=[
                "cloudformation:DescribeStacks",
                "cloudwatch:GetMetricStatistics",
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
            ],
            on=[arns.packages, arns.endpoints, arns.configs],
        )

    def show_incidents(self, incidents: Table) -> None:
        """Let everybody see the incidents of any model."""
        why = "everybody sees the incidents of any model"
        incidents.grant_index(self.policy, why, tables.INCIDENTS_OF_MODEL)

    def show_records(self, *records: Table) -> None:
        """Let everybody see what tables keep of any model."""
        for table in records:
            if not other_account(self, table):
                table.grant_batch_read(self.policy, "everybody sees runs and windows of any model")

    def show_specs(self, index: Index) -> None:
        """Let everybody see which spec of a model is in force."""
        if not other_account(self, index):
            index.grant_see(self.policy)

    def show_intents(self, approved: Store) -> None:
        """Let everybody see what endpoints are meant to serve."""
        if other_account(self, approved):
            return
        why = "everybody sees what any endpoint is meant to serve"
        approved.grant_see(self.policy, why, objects.INTENTS)
        permit(
            self.policy,
            "everybody finds out that nothing is meant, which S3 tells whoever may list keys",
            actions=["s3:ListBucket"],
            on=[approved.bucket.bucket_arn],
        )

    def show_evidence(self, evidence: Store) -> None:
        """Let everybody see what a version was judged by."""
        if not other_account(self, evidence):
            why = "everybody sees what the gates measured and concluded of any version"
            evidence.grant_see(self.policy, why, *objects.MEASURED)
