"""As whom does a machine act? As a role that holds its own permissions, and nobody else's."""

from __future__ import annotations

from aws_cdk import CfnResource, PhysicalName
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.cfn import l1
from stacks.access.permission import accept_in_packs

OWN = (
    "The policy belongs to this one role and goes with it. A managed policy could be attached to "
    "another role, and its next version would then change what two duties may do."
)


def service_role(
    scope: Construct, id_: str, *, by: iam.IPrincipal, description: str | None = None
) -> iam.Role:
    """Make a role that *by* may take."""
    role = iam.Role(
        scope,
        id_,
        assumed_by=by,
        description=description,
        role_name=PhysicalName.GENERATE_IF_NEEDED,  # by another account, that is
    )
    accept_in_packs(role, "IAMNoInlinePolicy", OWN)
    return role


def await_policy(resource: CfnResource, role: iam.Role) -> None:
    """Let *resource*, which names *role*, be made after the role's policy.

    The construct library also writes down that it comes after the role, which the name says
    already: CloudFormation's linter warns of what is said twice.
    """
    policy = l1(role.node.find_child("DefaultPolicy"), iam.CfnPolicy)
    resource.add_override("DependsOn", [policy.logical_id])
