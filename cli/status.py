"""Where does each model stand: its versions, what serves, and what waits for a person?"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from cli import cloud
from cli.result import Result
from factory.errors import NotFound

SHOWN = 10  # versions of a model, the newest


def run(arguments: Any) -> Result:
    """Describe one model, or all, as the registry and the endpoints know them."""
    sagemaker = cloud.session().client("sagemaker")
    groups = _groups(sagemaker)
    if arguments.model and arguments.model not in groups:
        known = ", ".join(groups) or "none"
        raise NotFound(f"the registry here has no model {arguments.model!r}; it has {known}")
    chosen = [arguments.model] if arguments.model else list(groups)
    found = [_model(sagemaker, name, groups[name]) for name in chosen]
    lines = [line for entry in found for line in _lines(entry)]
    return Result(tuple(lines or ["the registry holds no model yet"]), {"models": found})


def _groups(sagemaker: Any) -> dict[str, str]:
    """Return the purpose of every model that was onboarded, by name."""
    with cloud.told("listing the models of the registry"):
        pages = sagemaker.get_paginator("list_model_package_groups").paginate()
        groups = [g for page in pages for g in page["ModelPackageGroupSummaryList"]]
    return {
        g["ModelPackageGroupName"]: g.get("ModelPackageGroupDescription", "")
        for g in sorted(groups, key=lambda g: str(g["ModelPackageGroupName"]))
    }


def _model(sagemaker: Any, name: str, purpose: str) -> dict[str, Any]:
    return {
        "name": name,
        "purpose": purpose,
        "versions": _versions(sagemaker, name),
        "endpoint": _endpoint(sagemaker, name),
    }


def _versions(sagemaker: Any, name: str) -> list[dict[str, Any]]:
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


def _endpoint(sagemaker: Any, name: str) -> dict[str, Any] | None:
    try:
        found = sagemaker.describe_endpoint(EndpointName=name)
    except ClientError as exc:
        if "not find" in str(exc):
            return None
        with cloud.told(f"describing endpoint {name}"):
            raise
    return {"status": found["EndpointStatus"], "config": found["EndpointConfigName"]}


def _lines(entry: dict[str, Any]) -> list[str]:
    endpoint, name = entry["endpoint"], entry["name"]
    serves = f"{endpoint['config']} ({endpoint['status']})" if endpoint else "nothing yet"
    lines = [f"{name}: {entry['purpose']}", f"  serves: {serves}"]
    lines += [_version_line(version) for version in entry["versions"]]
    waiting = [v["version"] for v in entry["versions"] if v["approval"].startswith("Pending")]
    if waiting:
        lines.append(f'  next: factory approve {name} {waiting[-1]} --reason "..."')
    return lines


def _version_line(version: dict[str, Any]) -> str:
    by = f" by {version['by']}" if version["by"] else ""
    why = f": {version['reason']}" if version["reason"] else ""
    return f"  version {version['version']}: {version['approval']}{by}{why}"
