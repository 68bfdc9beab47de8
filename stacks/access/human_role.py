"""With which role does a person act? With one whose sessions say who the person is."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.cfn import l1
from stacks.access.service_role import service_role


class HumanRole(Construct):
    """A role of one duty, for people of this account.

    Its sessions carry a source identity: a user's own name, or the identity that a session which is
    chained or federated carries already. Nobody can claim another's. Sessions of a role that is
    *named* also have it as their name, for services that see no more of a caller than that.
    """

    def __init__(self, scope: Construct, id_: str, *, purpose: str, named: bool = False) -> None:
        super().__init__(scope, id_)
        account = iam.AccountRootPrincipal()
        self.role = service_role(self, "Role", by=account, description=purpose)
        claims = ["sts:SourceIdentity", *(["sts:RoleSessionName"] if named else [])]
        trust = iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    actions=["sts:AssumeRole", "sts:SetSourceIdentity"],
                    principals=[account],
                    conditions={"StringEquals": dict.fromkeys(claims, identity)},
                )
                for identity in ("${aws:username}", "${aws:SourceIdentity}")
            ]
        )
        l1(self.role, iam.CfnRole).assume_role_policy_document = trust
