"""Under which ARNs do policies know SageMaker's things?

Models are data: their names come from the catalogue, so policies name kinds and never one model.
"""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from factory.names import pipeline
from stacks.constructs.permission import permit

STATUS = "sagemaker:ModelApprovalStatus"


def arn(resource: str) -> str:
    """Return the ARN of *resource* in this account; kinds and names are lower case in policies."""
    return f"arn:{Aws.PARTITION}:sagemaker:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"


GROUPS = arn("model-package-group/*")
PACKAGES = arn("model-package/*")
PIPELINES = arn(f"pipeline/{pipeline('*')}")
RUNS = arn(f"pipeline/{pipeline('*')}/execution/*")
MODELS = arn("model/*")
CONFIGS = arn("endpoint-config/*")
ENDPOINTS = arn("endpoint/*")


def let_see_packages(role: iam.Role, who: str) -> None:
    """Let *role* look at all packages of all models."""
    permit(
        role,
        f"{who} looks at the packages of any model of the catalogue",
        actions=["sagemaker:DescribeModelPackage"],
        on=[PACKAGES],
    )
    permit(
        role,
        f"{who} lists packages; that AWS limits this call to a group is new and not relied on",
        actions=["sagemaker:ListModelPackages"],
        on=["*"],
    )


def let_pass(role: iam.Role, why: str, *passed: iam.Role) -> None:
    """Let *role* hand the roles *passed* to SageMaker, and to nobody else."""
    permit(
        role,
        why,
        actions=["iam:PassRole"],
        on=[p.role_arn for p in passed],
        when={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    )
