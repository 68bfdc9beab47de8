"""What does SageMaker need to put a container into a network, and its disk under a key?"""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from factory.given import Network
from stacks.access.permission import permit


def allow_use_key(role: iam.Role, who: str, key: kms.IKey) -> None:
    """Let *role*, which is that of *who*, write under *key* and have its disk under it."""
    permit(
        role,
        f"{who} writes what it leaves under the key that it is told",
        actions=["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
        on=[key.key_arn],
    )
    allow_encrypt_disks(role, who, key)


def allow_encrypt_disks(role: iam.Role, who: str, key: kms.IKey) -> None:
    """Let *role*, which is that of *who*, have disks under *key*: an AWS service asks for it."""
    permit(
        role,
        f"{who} has disks under the key, which SageMaker attaches to instances",
        actions=["kms:CreateGrant"],
        on=[key.key_arn],
        when={"Bool": {"kms:GrantIsForAWSResource": "true"}},
    )


def allow_join(role: iam.Role, who: str, network: Network) -> None:
    """Let *role*, which is that of *who*, have interfaces in *network*.

    Subnets may be another account's, which shares them.
    """
    interfaces = _arn("network-interface", "*")
    permit(
        role,
        f"{who} has network interfaces in the given subnets, whose ids EC2 makes up",
        actions=["ec2:CreateNetworkInterface"],
        on=[
            interfaces,
            *(_arn("subnet", each) for each in network.subnets),
            *(_arn("security-group", each) for each in network.security_groups),
        ],
    )
    permit(
        role,
        f"SageMaker attaches and removes the network interfaces of {who}",
        actions=[
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
        ],
        on=[interfaces],
        when={"ArnLike": {"ec2:Vpc": _arn("vpc", network.vpc)}},
    )
    permit(
        role,
        f"SageMaker looks at the network of {who}, a right that AWS gives on all or none",
        actions=[
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        on=["*"],
    )


def _arn(kind: str, id_: str) -> str:
    return f"arn:{Aws.PARTITION}:ec2:{Aws.REGION}:*:{kind}/{id_}"
