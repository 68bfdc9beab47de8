"""Which versions does the registry hold, and what does the endpoint serve?"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from cli import cloud
from factory.layout.names import TAG_CONFIG

SHOWN = 10  # versions of a model, the newest


def groups(sagemaker: Any) -> dict[str, str]:
    """Return the purpose of every model that was onboarded, by name."""
    with cloud.told("listing the models of the registry"):
        pages = sagemaker.get_paginator("list_model_package_groups").paginate()
        groups = [g for page in pages for g in page["ModelPackageGroupSummaryList"]]
    return {
        g["ModelPackageGroupName"]: g.get("ModelPackageGroupDescription", "")
        for g in sorted(groups, key=lambda g: str(g["ModelPackageGroupName"]))
    }


def versions(sagemaker: Any, name: str) -> list[dict[str, Any]]:
    """Return the newest versions, the oldest of them first."""
    with cloud.told(f"listing the versions of {name}"):
        listed = sagemaker.list_model_packages(
            ModelPackageGroupName=name,
            SortBy="CreationTime",
            SortOrder="Descending",
            MaxResults=SHOWN,
        )["ModelPackageSummaryList"]
        arns = [package["ModelPackageArn"] for package in reversed(listed)]
        return [_version(sagemaker.describe_model_package(ModelPackageName=a)) for a in arns]


def _version(package: dict[str, Any]) -> dict[str, Any]:
    identity = package.get("LastModifiedBy", {}).get("IamIdentity", {})
    return {
        "version": package["ModelPackageVersion"],
        "approval": package["ModelApprovalStatus"],
        "by": identity.get("SourceIdentity", ""),
        "reason": package.get("ApprovalDescription", ""),
        "created": package["CreationTime"].isoformat(),
    }


def endpoint(sagemaker: Any, name: str) -> dict[str, Any] | None:
    """Return status, the config that serves and the one that is meant to; None without one."""
    try:
        found = sagemaker.describe_endpoint(EndpointName=name)
    except ClientError as exc:
        if "not find" in str(exc):
            return None
        with cloud.told(f"describing endpoint {name}"):
            raise
    with cloud.told(f"reading what endpoint {name} is meant to serve"):
        tags = sagemaker.list_tags(ResourceArn=found["EndpointArn"])["Tags"]
    meant = [tag["Value"] for tag in tags if tag["Key"] == TAG_CONFIG]
    return {
        "status": found["EndpointStatus"],
        "config": found["EndpointConfigName"],
        "meant": meant[0] if meant else "",
    }
