"""Which versions does the registry call approved, and how is an approval taken back?"""

from __future__ import annotations

from typing import Any

import aws
from factory.catalogue import catalogue
from factory.catalogue.spec import Model
from factory.errors import NotFound, Refused
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import function_actor, package_subject
from factory.promotion import package
from factory.promotion.approval import WITHDRAWN
from factory.promotion.package import Approved
from factory.settings import PromoteSettings

ACTOR = function_actor("promote")


def look(arn: str) -> tuple[Approved, str]:
    """Return what the registry says of a package now, and its approval status."""
    found = aws.sagemaker("describe_model_package", arn, ModelPackageName=arn)
    return package.of(found), str(found["ModelApprovalStatus"])


def newest(model: str) -> list[dict[str, Any]]:
    """Return the approved packages of a model, the newest first."""
    return aws.sagemaker_list(
        "list_model_packages",
        "ModelPackageSummaryList",
        ModelPackageGroupName=model,
        ModelApprovalStatus="Approved",
        SortBy="CreationTime",
        SortOrder="Descending",
    )


def entry(name: str, settings: PromoteSettings) -> Model:
    """Return the catalogue's entry of a model."""
    try:
        return catalogue.parse(aws.s3_get(settings.catalogue_uri))[name]
    except NotFound as missing:
        raise Refused(str(missing)) from missing


def withdraw(said: Approved, reason: str, settings: PromoteSettings, *, actor: str = ACTOR) -> None:
    """Say why an approval does not hold, and take it back in the registry.

    Said first: once the registry says Rejected, a redelivery would find nothing to say.
    """
    refused = Event(
        type="approval.refused",
        subject=package_subject(said.model, said.version),
        actor=actor,
        reason=reason,
        key=said.moment,
        detail={"package": said.package, "approver": said.approver},
    )
    aws.emit(settings.bus_name, "promote", refused)
    aws.sagemaker(
        "update_model_package",
        said.package,
        ModelPackageArn=said.package,
        ModelApprovalStatus="Rejected",
        ApprovalDescription=f"{WITHDRAWN}{reason}"[:1024],
    )
