"""What must be known before promotion is asked for an earlier version?"""

from __future__ import annotations

import aws
from factory.catalogue import catalogue
from factory.catalogue.spec import Model
from factory.commands import rollback
from factory.commands.request import Accepted, Caller, Rollback, unknown
from factory.commands.rollback import Target, Version
from factory.errors import NotFound
from factory.promotion import package
from factory.promotion.package import record_uri
from factory.settings import CommandSettings


def accept(command: Rollback, caller: Caller, settings: CommandSettings) -> Accepted:
    """Gather what is so about the model, and decide."""
    model = _model(command.model, settings)
    endpoint = rollback.movable(aws.endpoint(model.name), model)
    version = rollback.chosen(command, endpoint.version, _versions(model.name))
    recorded = _recorded(version, settings)
    target = Target(version=version, endpoint=endpoint, recorded=recorded)
    return rollback.accept(command, caller, target)


def _model(name: str, settings: CommandSettings) -> Model:
    try:
        return catalogue.parse(aws.s3_get(settings.catalogue_uri))[name]
    except NotFound as missing:
        raise unknown(str(missing)) from missing


def _versions(model: str) -> list[Version]:
    listed = aws.sagemaker_list(
        "list_model_packages", "ModelPackageSummaryList", ModelPackageGroupName=model
    )
    return [
        Version(
            number=each["ModelPackageVersion"],
            package=each["ModelPackageArn"],
            status=each["ModelApprovalStatus"],
        )
        for each in listed
    ]


def _recorded(version: Version, settings: CommandSettings) -> bool:
    """Say whether promotion has recorded the approval that the registry names now."""
    arn = version.package
    found = package.of(aws.sagemaker("describe_model_package", arn, ModelPackageName=arn))
    try:
        aws.s3_get(record_uri(settings.approved_bucket, found))
    except NotFound:
        return False
    return True
