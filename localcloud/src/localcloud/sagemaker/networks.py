"""May a container have its interfaces in these subnets? They have to be there, and its role may.

Nothing is connected here. A container without network isolation has the machine's own network,
which is no VPC: it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localcloud import places, service_roles
from localcloud.iam.resources import backend
from localcloud.sagemaker.api import invalid
from localcloud.sagemaker.objects import TransferError

SERVICE = "sagemaker.amazonaws.com"
OF_INTERFACES = (
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
)
LOOKING = (
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
"""What a role needs, by "How to use SageMaker AI execution roles"."""

Network = Mapping[str, Any]


def check(network: Network | None, *, isolated: bool) -> None:
    """Refuse subnets and security groups that are not there, or not in one VPC."""
    if not network:
        return
    if not isolated:
        raise invalid(
            "VpcConfig: it is supported here with EnableNetworkIsolation alone, since a container"
            " without has the machine's own network."
        )
    _vpc(network)


def demand_of_role(role: str, network: Network | None) -> None:
    """Raise TransferError when *role* may not have interfaces in *network*."""
    if not network:
        return
    here, vpc = places.here(), _vpc(network)
    arn = f"arn:aws:ec2:{here.region}:{here.account}"
    interfaces, inside = f"{arn}:network-interface/*", {"ec2:Vpc": f"{arn}:vpc/{vpc}"}
    joined = [
        interfaces,
        *(f"{arn}:subnet/{each}" for each in network["Subnets"]),
        *(f"{arn}:security-group/{each}" for each in network["SecurityGroupIds"]),
    ]
    for on in joined:
        _demand(role, "ec2:CreateNetworkInterface", on, {} if on == interfaces else inside)
    for action in OF_INTERFACES:
        _demand(role, action, interfaces, inside)
    for action in LOOKING:
        _demand(role, action, "*", {})


def _demand(role: str, action: str, resource: str, context: Mapping[str, Any]) -> None:
    try:
        allowed = service_roles.may(role, SERVICE, action, resource, context)
    except service_roles.NotAssumable as error:
        raise TransferError(f"ClientError: AccessDenied: {error}") from error
    if not allowed:
        raise TransferError(
            f"ClientError: The role {role} is not authorized to perform {action} on {resource}: it"
            " cannot have a network interface."
        )


def _vpc(network: Network) -> str:
    here = places.here()
    ec2 = backend("ec2", here.account, here.region)
    subnets = {each.id: each.vpc_id for each in ec2.describe_subnets()}
    groups = {each.id: each.vpc_id for each in ec2.describe_security_groups()}
    found = {}
    for kind, named, known in (
        ("subnet", network["Subnets"], subnets),
        ("security group", network["SecurityGroupIds"], groups),
    ):
        for each in named:
            if each not in known:
                raise invalid(f"VpcConfig: the {kind} {each!r} does not exist.")
            found[each] = known[each]
    if len({*found.values()}) > 1:
        raise invalid(f"VpcConfig: {found} are not in one VPC.")
    return str(next(iter(found.values())))
