"""By which ARNs do policies name SageMaker's resources?

Models are data: their names come from the catalogue, so policies name kinds and never one model.
"""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from factory.layout.names import pipeline
from stacks.access.permission import permit

STATUS = "sagemaker:ModelApprovalStatus"


def arn(resource: str, account: str = Aws.ACCOUNT_ID) -> str:
    """Return the ARN of *resource* in *account*; kinds and names are lower case in policies."""
    return f"arn:{Aws.PARTITION}:sagemaker:{Aws.REGION}:{account}:{resource}"


def packages(account: str) -> str:
    """Return the ARN of all packages of *account*."""
    return arn("model-package/*", account)


def pipelines(account: str) -> str:
    """Return the ARN of the factory's pipelines in *account*."""
    return arn(f"pipeline/{pipeline('*')}", account)


def runs(account: str) -> str:
    """Return the ARN of all runs of the factory's pipelines in *account*."""
    return f"{pipelines(account)}/execution/*"


GROUPS = arn("model-package-group/*")
PACKAGES = packages(Aws.ACCOUNT_ID)
PIPELINES = pipelines(Aws.ACCOUNT_ID)
RUNS = runs(Aws.ACCOUNT_ID)
MODELS = arn("model/*")
CONFIGS = arn("endpoint-config/*")
ENDPOINTS = arn("endpoint/*")


def allow_read_packages(role: iam.Role, who: str, account: str = Aws.ACCOUNT_ID) -> None:
    """Let *role* read all packages of all models in the registry of *account*."""
    permit(
        role,
        f"{who} reads the packages of any model of the catalogue",
        actions=["sagemaker:DescribeModelPackage"],
        on=[packages(account)],
    )
    permit(
        role,
        f"{who} lists packages; that AWS limits this call to a group is new and not relied on",
        actions=["sagemaker:ListModelPackages"],
        on=["*"],
    )


def allow_pass_role(role: iam.Role, why: str, *passed: iam.Role) -> None:
    """Let *role* pass the roles *passed* to SageMaker, and to no other service."""
    permit(
        role,
        why,
        actions=["iam:PassRole"],
        on=[p.role_arn for p in passed],
        when={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
    )
