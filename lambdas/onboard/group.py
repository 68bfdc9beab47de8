"""Which group of packages is the model's? The factory makes it, and takes no other over."""

from __future__ import annotations

import json

import aws
from factory.catalogue import sharing
from factory.errors import NotFound, Refused
from factory.layout.names import TAG_MODEL, resource
from factory.settings import OnboardSettings


def check_free(model: str, settings: OnboardSettings) -> None:
    """Refuse a new model whose group is there already and was not made by the factory."""
    name = resource(settings.stage, model)
    try:
        found = aws.sagemaker("describe_model_package_group", name, ModelPackageGroupName=name)
    except NotFound:
        return
    arn = found["ModelPackageGroupArn"]
    tags = aws.sagemaker_list("list_tags", "Tags", ResourceArn=arn)
    if TAG_MODEL not in {tag["Key"] for tag in tags}:
        raise Refused(
            f"group {name} is there and not the factory's, for it has no tag {TAG_MODEL}; "
            "rename the model, or let its owner rename the group"
        )


def made(model: str, purpose: str, settings: OnboardSettings) -> str:
    """Return the ARN of the model's group, which is made unless it is there, and shared."""
    name = resource(settings.stage, model)
    try:
        found = aws.sagemaker("describe_model_package_group", name, ModelPackageGroupName=name)
    except NotFound:
        found = aws.sagemaker(
            "create_model_package_group",
            name,
            ModelPackageGroupName=name,
            **({"ModelPackageGroupDescription": purpose} if purpose else {}),
            Tags=[{"Key": TAG_MODEL, "Value": model}],
        )
    arn = str(found["ModelPackageGroupArn"])
    _share(name, arn, json.loads(settings.group_policy))
    return arn


def _share(name: str, arn: str, wanted: list[sharing.Statement]) -> None:
    """Let roles of other accounts in, where the registry has an account of its own.

    What others have said in the group's policy stays.
    """
    if not wanted:
        return
    policy = sharing.changed(wanted, arn, _policy(name))
    if policy:
        aws.sagemaker(
            "put_model_package_group_policy",
            name,
            ModelPackageGroupName=name,
            ResourcePolicy=policy,
        )


def _policy(name: str) -> str:
    try:
        found = aws.sagemaker("get_model_package_group_policy", name, ModelPackageGroupName=name)
    except NotFound:
        return ""
    return str(found["ResourcePolicy"])
