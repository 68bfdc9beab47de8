"""As whom does a person act? As a role that no session can take without saying who it is."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.constructs.raw import raw


class Person(Construct):
    """A role of one duty, for people of this account.

    Its sessions carry a source identity: a user's own name, or the identity that a session which is
    chained or federated carries already. Nobody can claim another's.
    """

    def __init__(self, scope: Construct, id_: str, *, duty: str) -> None:
        super().__init__(scope, id_)
        account = iam.AccountRootPrincipal()
        self.role = iam.Role(self, "Role", assumed_by=account, description=duty)
        trust = iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    actions=["sts:AssumeRole", "sts:SetSourceIdentity"],
                    principals=[account],
                    conditions={"StringEquals": {"sts:SourceIdentity": identity}},
                )
                for identity in ("${aws:username}", "${aws:SourceIdentity}")
            ]
        )
        raw(self.role, iam.CfnRole).assume_role_policy_document = trust
