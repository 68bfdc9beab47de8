"""Which group of packages is the model's? The factory makes it, and takes no other over."""

from __future__ import annotations

import aws
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
    """Return the ARN of the model's group, which is made unless it is there."""
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
    return str(found["ModelPackageGroupArn"])
