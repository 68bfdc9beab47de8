"""Which model packages are registered, and who said what about them?"""

from __future__ import annotations

from typing import Any

from localcloud import events, places
from localcloud.sagemaker import groups, store
from localcloud.sagemaker.api import Request, invalid, operation
from localcloud.sagemaker.store import Record
from localcloud.state import kept

APPROVALS = ("Approved", "Rejected", "PendingManualApproval")
_CHANGEABLE = {
    "ModelApprovalStatus": "ModelApprovalStatus",
    "ApprovalDescription": "ApprovalDescription",
    "CustomerMetadataProperties": "CustomerMetadataProperties",
    "ModelLifeCycle": "ModelLifeCycle",
    "SourceUri": "sourceUri",
    "ModelCard": "ModelCard",
    "InferenceSpecification": "InferenceSpecification",
}
"""What an update may change, and what its event calls it."""
_NOT_SHOWN = {"Tags", "ClientToken", "ModelPackageName"}

packages: dict[str, Record] = {}
"""By ARN, those of all accounts and regions."""
_versions: dict[str, int] = {}
"""By the ARN of a group: the highest version it ever had. Numbers are not given twice."""
kept.keep("sagemaker/packages", packages)
kept.keep("sagemaker/package-versions", _versions)


def clear() -> None:
    """Forget all packages, and which versions there were."""
    packages.clear()
    _versions.clear()


def described(arn: str) -> Record:
    """Return a package as DescribeModelPackage does."""
    record = packages.get(lower(arn))
    if record is None:
        raise invalid(f"ModelPackage {arn} does not exist.")
    return {k: v for k, v in store.answer(record).items() if k not in _NOT_SHOWN}


def of_group(group: Record) -> list[Record]:
    """Return the packages of a group."""
    prefix = group["ModelPackageGroupArn"].replace(":model-package-group/", ":model-package/")
    return [each for arn, each in list(packages.items()) if arn.startswith(f"{prefix}/")]


def here() -> list[Record]:
    """Return the packages of this account and region."""
    return [each for arn, each in list(packages.items()) if places.of(arn) == places.here()]


def lower(arn: str) -> str:
    """Spell a package's ARN as SageMaker does, with its name in lower case."""
    head, _, name = arn.rpartition(":")
    return f"{head}:{name.lower()}"


@operation("DeleteModelPackageGroup")
def delete_group(request: Request) -> Record:
    """Delete a group that has no package left."""
    record = groups.shelf.find(request.params["ModelPackageGroupName"])
    if of_group(record):
        raise invalid(
            f"ModelPackageGroup {record['ModelPackageGroupArn']} still has model packages."
        )
    del groups.shelf[record["ModelPackageGroupName"]]
    return {}


@operation("CreateModelPackage")
def create(request: Request) -> Record:
    """Register the next version of a group; the same ClientToken registers only one."""
    params = request.params
    if not params.get("ModelPackageGroupName"):
        raise invalid("ModelPackageGroupName: packages without a group are not supported here.")
    group = groups.shelf.find(params["ModelPackageGroupName"])
    token = params.get("ClientToken")
    for known in of_group(group):
        if token and known.get("ClientToken") == token:
            return {"ModelPackageArn": known["ModelPackageArn"]}
    _check_approval(params.get("ModelApprovalStatus"))
    record = _record(request, group)
    packages[record["ModelPackageArn"]] = record
    _announce(record, [])
    return {"ModelPackageArn": record["ModelPackageArn"]}


def _record(request: Request, group: Record) -> Record:
    name = group["ModelPackageGroupName"]
    with store.lock:
        arn = group["ModelPackageGroupArn"]
        version = _versions[arn] = _versions.get(arn, 0) + 1
    return {
        **request.params,
        "ModelPackageGroupName": name,
        "ModelPackageVersion": version,
        "ModelPackageArn": store.arn(f"model-package/{name.lower()}/{version}"),
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        "ModelApprovalStatus": request.params.get("ModelApprovalStatus") or "PendingManualApproval",
        "CertifyForMarketplace": bool(request.params.get("CertifyForMarketplace")),
        "CreationTime": store.now(),
        "CreatedBy": request.by(),
        "_number": version,
    }


def _check_approval(status: str | None) -> None:
    if status not in {None, *APPROVALS}:
        raise invalid(
            f"Value '{status}' at 'modelApprovalStatus' must be one of {list(APPROVALS)}."
        )


def _find(name: str, version: Any = None) -> Record:
    """Find a package by its ARN, or by its group's name and version."""
    arn = name if name.startswith("arn:") else store.arn(f"model-package/{name}")
    if version is not None:
        arn = f"{arn}/{version}"
    found = packages.get(lower(arn))
    if found is None:
        raise invalid(f"ModelPackage {arn} does not exist.")
    return found


@operation("DescribeModelPackage")
def describe(request: Request) -> Record:
    """Describe a package as it was registered, with who made and who last changed it."""
    return described(_find(request.params["ModelPackageName"])["ModelPackageArn"])


@operation("UpdateModelPackage")
def update(request: Request) -> Record:
    """Change a package's approval, life cycle or metadata, and record who did."""
    params = request.params
    record = _find(params["ModelPackageArn"])
    _check_approval(params.get("ModelApprovalStatus"))
    unknown = set(params) - {
        *_CHANGEABLE,
        "ModelPackageArn",
        "ClientToken",
        "CustomerMetadataPropertiesToRemove",
    }
    if unknown:
        raise invalid(f"UpdateModelPackage: {sorted(unknown)} cannot be changed here.")
    changes = {key: params[key] for key in _CHANGEABLE if params.get(key) is not None}
    properties = dict(record.get("CustomerMetadataProperties") or {})
    removed = params.get("CustomerMetadataPropertiesToRemove") or []
    if removed or "CustomerMetadataProperties" in changes:
        properties |= changes.get("CustomerMetadataProperties", {})
        changes["CustomerMetadataProperties"] = {
            key: value for key, value in properties.items() if key not in removed
        }
    fields = [_CHANGEABLE[key] for key, value in changes.items() if record.get(key) != value]
    with store.lock:
        record |= changes | {"LastModifiedTime": store.now(), "LastModifiedBy": request.by()}
    _announce(record, fields)
    return {"ModelPackageArn": record["ModelPackageArn"]}


@operation("DeleteModelPackage")
def delete(request: Request) -> Record:
    """Delete a version; its number is not given again."""
    del packages[_find(request.params["ModelPackageName"])["ModelPackageArn"]]
    return {}


def _announce(record: Record, fields: list[str]) -> None:
    """Send the state-change event of a package."""
    detail = store.event_detail(described(record["ModelPackageArn"]))
    detail["ModelPackageName"] = (
        f"{record['ModelPackageGroupName']}/{record['ModelPackageVersion']}"
    )
    detail.pop("CreatedBy", None)
    detail.pop("LastModifiedBy", None)
    detail |= {"UpdatedModelPackageFields": fields, "Tags": {}}
    events.emit(
        "aws.sagemaker", "SageMaker Model Package State Change", detail, [record["ModelPackageArn"]]
    )
