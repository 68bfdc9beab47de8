"""By which ARNs do policies name SageMaker's resources?

Models are data: their names come from the catalogue, so policies name kinds and never one model.
"""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from factory.layout.names import pipeline, resource
from stacks.access.permission import permit

STATUS = "sagemaker:ModelApprovalStatus"


def arn(resource: str, account: str = Aws.ACCOUNT_ID) -> str:
    """Return the ARN of *resource* in *account*; kinds and names are lower case in policies."""
    return f"arn:{Aws.PARTITION}:sagemaker:{Aws.REGION}:{account}:{resource}"


@dataclass(frozen=True)
class Arns:
    """The ARNs of what belongs to *stage*, of all its models; of no other stage and no other team.

    They are in the account of the stack that asks, or in *account*.
    """

    stage: str
    account: str = Aws.ACCOUNT_ID

    @property
    def groups(self) -> str:
        """Return the ARN of the groups of packages."""
        return self._of_models("model-package-group")

    @property
    def packages(self) -> str:
        """Return the ARN of the packages."""
        return self._of_models("model-package")

    @property
    def models(self) -> str:
        """Return the ARN of SageMaker's models, each of which is a package that can serve."""
        return self._of_models("model")

    @property
    def configs(self) -> str:
        """Return the ARN of the endpoint configurations."""
        return self._of_models("endpoint-config")

    @property
    def endpoints(self) -> str:
        """Return the ARN of the endpoints."""
        return self._of_models("endpoint")

    @property
    def pipelines(self) -> str:
        """Return the ARN of the pipelines of all recipes."""
        return arn(f"pipeline/{pipeline(self.stage, '*')}", self.account)

    @property
    def runs(self) -> str:
        """Return the ARN of all runs of the pipelines."""
        return f"{self.pipelines}/execution/*"

    def _of_models(self, kind: str) -> str:
        return arn(f"{kind}/{resource(self.stage, '*')}", self.account)


def allow_read_packages(role: iam.Role, who: str, arns: Arns) -> None:
    """Let *role* read all packages of all models that *arns* name."""
    permit(
        role,
        f"{who} reads the packages of any model of the catalogue",
        actions=["sagemaker:DescribeModelPackage"],
        on=[arns.packages],
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
