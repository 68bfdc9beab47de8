"""How does a person approve or reject a version? In the registry, as an approver, by name."""

from __future__ import annotations

from typing import Any

from cli import cloud
from cli.result import Result
from factory.errors import NotFound, Refused
from factory.layout.names import package_subject

STATUS = {"approve": "Approved", "reject": "Rejected"}


def run(arguments: Any) -> Result:
    """Set the version's approval status under the approver role, with the caller's identity."""
    if not arguments.reason.strip():
        raise Refused("a decision without a reason is none; say why with --reason")
    aws = cloud.session()
    role = cloud.outputs(aws)["ApproverRoleArn"]
    person = cloud.name_of(aws)
    arn, version = _package(aws, arguments.model, arguments.version)
    subject = package_subject(arguments.model, version)
    with cloud.told(f"{person} may not {arguments.decision} {subject}"):
        registry = cloud.assume(aws, role).client("sagemaker")
        registry.update_model_package(
            ModelPackageArn=arn,
            ModelApprovalStatus=STATUS[arguments.decision],
            ApprovalDescription=arguments.reason,
        )
    data = {"package": arn, "decision": arguments.decision, "by": person}
    line = f"{subject}: {STATUS[arguments.decision]} by {person}; the factory checks it now"
    return Result((line,), data)


def _package(aws: Any, model: str, version: int | None) -> tuple[str, int]:
    with cloud.told(f"looking for versions of {model}"):
        listed = aws.client("sagemaker").list_model_packages(
            ModelPackageGroupName=model, SortBy="CreationTime", SortOrder="Descending"
        )["ModelPackageSummaryList"]
    found = {p["ModelPackageVersion"]: p["ModelPackageArn"] for p in listed}
    wanted = version or max(found, default=0)
    if wanted not in found:
        known = ", ".join(map(str, sorted(found))) or "none"
        raise NotFound(f"{model} has no version {wanted or 'yet'}; registered: {known}")
    return found[wanted], wanted
