"""Can the pipeline's role register a pending package, and no approved one?"""

from __future__ import annotations

from functools import partial
from typing import Any

import aws
from aws import identity
from cli.smoke import roles
from cli.smoke.belief import Belief
from cli.smoke.bench import Bench, holds, refused
from cli.smoke.definitions import container


def check(bench: Bench) -> str:
    """Register as a copy of the pipeline's role: pending, approved, and without saying which."""
    pipeline = aws.sagemaker("describe_pipeline", bench.recipe, PipelineName=bench.recipe)
    group, spec = bench.group(), container(bench)
    role = roles.copied(bench, pipeline["RoleArn"], "registers", reads(bench))
    session = roles.session(bench, role)

    def register(**status: str) -> Any:
        with aws.calling_as(session):
            return aws.sagemaker(
                "create_model_package",
                group,
                ModelPackageGroupName=group,
                InferenceSpecification=spec,
                **status,
            )

    pending = partial(register, ModelApprovalStatus="PendingManualApproval")
    words = "the role's policy to be in force"
    made = holds(lambda: roles.eventually(bench, words, pending), as_role=True)
    bench.made["package"] = made["ModelPackageArn"]
    said = refused(
        "register an approved package as the pipeline's role",
        partial(register, ModelApprovalStatus="Approved"),
    )
    return f"pending: {made['ModelPackageArn'].rsplit(':', 1)[-1]}; approved: {said}"


def reads(bench: Bench) -> roles.Statement:
    """Return a statement that lets a copy read what this run keeps."""
    bucket = identity.arn_of_bucket(bench.bucket())
    return roles.allow(["s3:GetObject", "s3:ListBucket"], bucket, f"{bucket}/*")


BELIEF = Belief(
    id="S3",
    sentence="the pipeline's role registers pending packages, and is denied approved ones",
    check=check,
    actions=(
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:GetRolePolicy",
        "iam:ListRolePolicies",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "kms:DescribeKey",
        "kms:GenerateDataKey",
        "sagemaker:CreateModelPackageGroup",
        "sagemaker:DeleteModelPackage",
        "sagemaker:DeleteModelPackageGroup",
        "sagemaker:ListModelPackages",
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteObjectVersion",
        "s3:ListAllMyBuckets",
        "s3:ListBucketVersions",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutObject",
        "sts:AssumeRole",
    ),
    failure=(
        "If the pending package is denied, a right is missing from the pipeline's role, or the "
        "condition key `sagemaker:ModelApprovalStatus` is not in the request for the group. AWS's "
        "words name the action. If the approved one is not denied, whoever changes a pipeline can "
        "approve: let nobody build until the Deny in `stacks/features/step_roles.py` holds."
    ),
)
