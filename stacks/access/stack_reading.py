"""What may be read of what the stacks made? The settings, and no content, of what bears their name.

CloudFormation begins the names that it makes with the stack's, and so does the construct library.
"""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from factory.layout.names import deployment
from stacks.access.permission import Conditions, permit

READING = (
    (
        "reads what was deployed with the stacks of its stage",
        "cloudformation",
        ("DescribeStacks", "GetTemplate", "ListStackResources"),
        ("stack/{}-*/*",),
    ),
    (
        "reads the rules of its stage, which CloudFormation names",
        "events",
        ("DescribeRule", "ListTargetsByRule"),
        ("rule/{}-*", "rule/{}/{}-*"),
    ),
    ("reads who may put events on the bus", "events", ("DescribeEventBus",), ("event-bus/{}",)),
    (
        "reads the alarms of its stage, which CloudFormation names",
        "cloudwatch",
        ("DescribeAlarms",),
        ("alarm:{}-*",),
    ),
    (
        "reads the settings of the queues of its stage, which CloudFormation names",
        "sqs",
        ("GetQueueAttributes",),
        ("{}-*",),
    ),
    (
        "reads the settings of the topics of its stage, which CloudFormation names",
        "sns",
        ("GetTopicAttributes",),
        ("{}-*",),
    ),
    (
        "reads the settings of the functions of its stage, which CloudFormation names",
        "lambda",
        ("GetFunctionConcurrency", "GetFunctionConfiguration", "GetFunctionUrlConfig"),
        ("function:{}-*",),
    ),
)
"""Why, of which service, with which operations, and of what; {} is how the stage's names begin."""
IDENTITIES = (
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
)
BUCKETS = (
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketVersioning",
)


def allow(role: iam.Role, who: str, stage: str) -> None:
    """Let *role*, which is that of *who*, read the settings of what the stacks of *stage* made."""
    own = deployment(stage)
    for why, service, operations, kinds in READING:
        arns = [_arn(service, kind.format(own, own)) for kind in kinds]
        permit(role, f"{who} {why}", actions=[f"{service}:{o}" for o in operations], on=arns)
    identities = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}"
    permit(
        role,
        f"{who} reads the roles and policies of its stage, which CloudFormation names",
        actions=IDENTITIES,
        on=[f"{identities}:{kind}/{own}-*" for kind in ("policy", "role")],
    )
    permit(
        role,
        f"{who} reads who may use the buckets of its stage, which CloudFormation names",
        actions=BUCKETS,
        on=[f"arn:{Aws.PARTITION}:s3:::{own}-*"],
        when={"StringEquals": {"aws:ResourceAccount": Aws.ACCOUNT_ID}},  # names know no account
    )
    functions: Conditions = {"ArnLike": {"lambda:FunctionArn": _arn("lambda", f"function:{own}-*")}}
    permit(
        role,
        f"{who} reads what feeds the functions of its stage; Lambda makes the ids",
        actions=["lambda:GetEventSourceMapping"],
        on=[_arn("lambda", "event-source-mapping:*")],
        when=functions,
    )


def allow_key(role: iam.Role, who: str, key: kms.IKey) -> None:
    """Let *role*, which is that of *who*, read whether *key* can be used, and by whom."""
    permit(
        role,
        f"{who} reads who may use the key",
        actions=["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"],
        on=[key.key_arn],
    )


def _arn(service: str, what: str) -> str:
    return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{what}"
