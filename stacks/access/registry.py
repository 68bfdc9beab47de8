"""Who may do what with the packages of all models, from whichever account?"""

from __future__ import annotations

from collections.abc import Sequence

import jsii
from aws_cdk import IStableAnyProducer, Lazy, Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from factory.catalogue import sharing
from stacks.access import sagemaker
from stacks.access.cross_account import other_account, resource_statement
from stacks.access.permission import Conditions, permit

REJECTED: Conditions = {"StringEquals": {sagemaker.STATUS: "Rejected"}}
LIST = "sagemaker:ListModelPackages"
DESCRIBE = "sagemaker:DescribeModelPackage"


class Registry:
    """The groups of packages of a stage, in the account of the stack that owns them.

    Groups are made at run time, so that no template can give them a policy: what roles of other
    accounts are granted is collected here, for `onboard` to write on each group.
    """

    def __init__(self, owner: IConstruct, stage: str) -> None:
        self._owner = owner
        self.arns = sagemaker.Arns(stage, Stack.of(owner).account)
        self._shared: list[iam.PolicyStatement] = []

    @property
    def groups(self) -> str:
        """Return what the ARNs of groups begin with; the name of the group follows."""
        return sagemaker.arn("model-package-group/", self.arns.account)

    @property
    def policy(self) -> str:
        """Return, as a JSON list, the statements that each group's policy must have.

        They are complete when all stacks are made.
        """
        statements = Lazy.any(_Statements(self._shared))
        return Stack.of(self._owner).to_json_string(statements)

    def allow_read(self, role: iam.Role, who: str) -> None:
        """Let *role* list and read all packages of all models."""
        sagemaker.allow_read_packages(role, who, self.arns)
        self._share(role, [DESCRIBE, LIST])

    def allow_describe(self, role: iam.Role, why: str) -> None:
        """Let *role* read any package whose ARN it knows."""
        permit(role, why, actions=[DESCRIBE], on=[self.arns.packages])
        self._share(role, [DESCRIBE])

    def allow_reject(self, role: iam.Role, why: str) -> None:
        """Let *role* reject any package, and approve none."""
        actions = ["sagemaker:UpdateModelPackage"]
        permit(role, why, actions=actions, on=[self.arns.packages], when=REJECTED)
        self._share(role, actions, REJECTED)

    def _share(
        self, role: iam.Role, actions: Sequence[str], when: Conditions | None = None
    ) -> None:
        if other_account(role, self._owner):
            on = [sharing.GROUP, sharing.PACKAGES]
            self._shared.append(resource_statement(role, actions, on, when))


@jsii.implements(IStableAnyProducer)
class _Statements:
    """The statements as they are when the templates are written."""

    def __init__(self, statements: list[iam.PolicyStatement]) -> None:
        self._statements = statements

    def produce(self) -> list[object]:
        """Return them in the language of policies."""
        return [each.to_statement_json() for each in self._statements]
