"""Which versions of a model does the registry hold, and what does it say of each?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aws.calls import pages
from aws.services import sagemaker
from factory.errors import NotFound
from factory.layout.names import model_of, resource

NEWEST = 100  # versions in one page; the registry gives no more


class Summary(NamedTuple):
    """One version in a listing."""

    arn: str
    version: int
    status: str
    """`Approved`, `PendingManualApproval` or `Rejected`."""


class Champion(NamedTuple):
    """The newest approved version: what a challenger is compared with."""

    uri: str
    """Of its artifact."""
    digest: str
    """The artifact's SHA-256."""
    answers: str
    """What it was asked and answered when it was judged, by digest; empty if unknown."""


def groups(stage: str) -> dict[str, str]:
    """Return the purpose of every model that was onboarded in *stage*, by name, sorted."""
    own = resource(stage, "")
    found = pages(
        "sagemaker",
        "list_model_package_groups",
        "ModelPackageGroupSummaryList",
        NameContains=own,
        SortBy="Name",
    )
    purposes = {
        model_of(group["ModelPackageGroupName"]): group.get("ModelPackageGroupDescription", "")
        for group in found
        if group["ModelPackageGroupName"].startswith(own)
    }
    return dict(sorted(purposes.items()))


def versions(group: str, **only: str) -> Iterator[Summary]:
    """Yield the versions in a *group*, the newest first; *only* narrows ListModelPackages down."""
    found = pages(
        "sagemaker",
        "list_model_packages",
        "ModelPackageSummaryList",
        ModelPackageGroupName=group,
        SortBy="CreationTime",
        SortOrder="Descending",
        **only,
    )
    yield from map(_summary, found)


def _summary(package: Mapping[str, Any]) -> Summary:
    return Summary(
        arn=package["ModelPackageArn"],
        version=package["ModelPackageVersion"],
        status=package["ModelApprovalStatus"],
    )


def newest(group: str) -> list[Summary]:
    """Return the newest versions in a *group*, one page of 100 at most; none without a group."""
    try:
        page = sagemaker(
            "list_model_packages",
            group,
            ModelPackageGroupName=group,
            SortBy="CreationTime",
            SortOrder="Descending",
            MaxResults=NEWEST,
        )
    except NotFound:
        return []
    return list(map(_summary, page["ModelPackageSummaryList"]))


def approved(group: str) -> Iterator[Summary]:
    """Yield the approved versions in a *group*, the newest first; pages are read as needed."""
    return versions(group, ModelApprovalStatus="Approved")


def package(arn: str) -> dict[str, Any]:
    """Return what the registry says of one version now."""
    return sagemaker("describe_model_package", arn, ModelPackageName=arn)


def champion(group: str) -> Champion | None:
    """Return the newest approved version's artifact; None while no version is approved."""
    newest = next(approved(group), None)
    if newest is None:
        return None
    found = package(newest.arn)
    container = found["InferenceSpecification"]["Containers"][0]
    told = found["CustomerMetadataProperties"]
    answers = told.get("answers", "")
    return Champion(uri=container["ModelDataUrl"], digest=told["artifact"], answers=answers)


def decide(arn: str, status: str, reason: str) -> None:
    """Set the approval status of a version, in the caller's name."""
    sagemaker(
        "update_model_package",
        arn,
        ModelPackageArn=arn,
        ModelApprovalStatus=status,
        ApprovalDescription=reason,
    )
