"""With which role does a person act? With one whose sessions say who the person is."""

from __future__ import annotations

from collections.abc import Iterator

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.cfn import l1
from stacks.access.permission import Conditions
from stacks.access.service_role import service_role

OWN = ("${aws:username}", "${aws:SourceIdentity}")
"""What says who a user of IAM is, and who a session that is chained or federated is."""
CENTER = "role/aws-reserved/sso.amazonaws.com/*"
"""The roles of IAM Identity Center. Nobody else makes a role on this path, and nobody else opens a
session of one: its name is the person's, and ends its user id."""


class HumanRole(Construct):
    """A role of one duty, for people of this account.

    Its sessions carry a source identity: a user's own name, the name that IAM Identity Center gave
    to a session, or the identity that a session which is chained or federated carries already.
    Nobody can claim another's. Sessions of a role that is *named* also have it as their name, for
    services that see no more of a caller than that.
    """

    def __init__(self, scope: Construct, id_: str, *, purpose: str, named: bool = False) -> None:
        super().__init__(scope, id_)
        account = iam.AccountRootPrincipal()
        self.role = service_role(self, "Role", by=account, description=purpose)
        trust = iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(actions=actions, principals=[account], conditions=conditions)
                for actions, keys in _claims(named=named)
                for conditions in _proofs(keys)
            ]
        )
        l1(self.role, iam.CfnRole).assume_role_policy_document = trust


def _claims(*, named: bool) -> Iterator[tuple[list[str], list[str]]]:
    """Yield what is asked, and the keys by which its caller says who they are.

    SetSourceIdentity knows no session names, and would never be allowed by a statement about one.
    """
    assume, set_, identity = "sts:AssumeRole", "sts:SetSourceIdentity", "sts:SourceIdentity"
    if named:
        yield [assume], [identity, "sts:RoleSessionName"]
        yield [set_], [identity]
    else:
        yield [assume, set_], [identity]


def _proofs(keys: list[str]) -> Iterator[Conditions]:
    """Yield the conditions of which one holds for whoever says of themselves what is so."""
    for identity in OWN:
        yield {"StringEquals": dict.fromkeys(keys, identity)}
    session = [key for key in keys if key != "sts:SourceIdentity"]
    alike = {"StringEquals": dict.fromkeys(session, "${sts:SourceIdentity}")} if session else {}
    yield {
        "ArnLike": {"aws:PrincipalArn": f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:{CENTER}"},
        # a user id is ROLE:NAME; neither has a colon, and a name has no star
        "StringLike": {"aws:userid": "*:${sts:SourceIdentity}"},
        **alike,
    }
