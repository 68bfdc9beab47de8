"""With which role does a service act? With one that has its own permissions and no others."""

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
    """Make a role that *by* may assume."""
    role = iam.Role(
        scope,
        id_,
        assumed_by=by,
        description=description,
        role_name=PhysicalName.GENERATE_IF_NEEDED,  # by another account, that is
    )
    accept_in_packs(role, "IAMNoInlinePolicy", OWN)
    return role


def await_policy(resource: CfnResource, role: iam.Role, *after: CfnResource) -> None:
    """Let *resource*, which names *role*, be made after the role's policy, and after all *after*.

    The construct library would also declare that it depends on the role, which the reference
    implies: CloudFormation's linter warns of dependencies that are declared twice.
    """
    policy = l1(role.node.find_child("DefaultPolicy"), iam.CfnPolicy)
    names = [each.logical_id for each in (policy, *after)]
    resource.add_override("DependsOn", names)
