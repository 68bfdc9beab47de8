"""Which packages does a list show?"""

from __future__ import annotations

import re

from localcloud.sagemaker import groups, registry, store
from localcloud.sagemaker.api import Request, operation
from localcloud.sagemaker.store import Record

_SUMMARY = (
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
    "ModelLifeCycle",
)


@operation("ListModelPackages")
def listing(request: Request) -> Record:
    """List the versions of a group, newest first unless told otherwise."""
    params = request.params
    wanted = params.get("ModelPackageGroupName")
    group = groups.shelf.find(wanted) if wanted else None
    status = params.get("ModelApprovalStatus")
    part = re.compile(re.escape(params.get("NameContains") or ""))
    found = [
        each
        for each in (registry.of_group(group) if group else registry.here())
        if status in {None, each["ModelApprovalStatus"]}
        and part.search(each["ModelPackageGroupName"])
    ]
    return store.page(
        found if group or params.get("ModelPackageType") in {"Versioned", "Both"} else [],
        params,
        result="ModelPackageSummaryList",
        show=lambda each: {key: each[key] for key in _SUMMARY if each.get(key) is not None},
        by={"Name": "ModelPackageGroupName"},
    )


@operation("BatchDescribeModelPackage")
def batch_describe(request: Request) -> Record:
    """Summarize several packages at once; those that are not there come as errors."""
    found, errors = {}, {}
    for arn in request.params["ModelPackageArnList"]:
        record = registry.packages.get(registry.lower(arn))
        if record is None:
            errors[arn] = {
                "ErrorCode": "ValidationException",
                "ErrorResponse": f"{arn} does not exist.",
            }
        else:
            shown = {key: record[key] for key in _SUMMARY if record.get(key) is not None}
            found[arn] = shown | {"InferenceSpecification": record.get("InferenceSpecification")}
    return {"ModelPackageSummaries": found, "BatchDescribeModelPackageErrorMap": errors}
