"""What does the registry say of a package that was approved, and how is that written down?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Approved:
    """What the registry says of a package that somebody set to Approved."""

    package: str
    """The package's ARN."""
    model: str
    version: int
    approver: str
    """The source identity of whoever changed the package last; empty when there is none."""
    reason: str
    at: str
    """The moment of that change: another approval of the same package has another."""
    run: str
    """The ARN of the pipeline execution that made it."""
    artifact: str
    """The digest that the register step wrote down."""
    evidence: str
    """The digest of the evidence that the register step wrote down."""
    containers: Sequence[Mapping[str, Any]]
    """What would serve: each with its Image, Environment and ModelDataUrl."""

    @property
    def moment(self) -> str:
        """Return what tells this decision from any other about any package."""
        return f"{self.package}|{self.at}"


def of(package: Mapping[str, Any]) -> Approved:
    """Read who approved what from the registry's description of a package."""
    metadata = package.get("CustomerMetadataProperties", {})
    identity = package.get("LastModifiedBy", {}).get("IamIdentity", {})
    changed = package.get("LastModifiedTime", package["CreationTime"])
    return Approved(
        package=package["ModelPackageArn"],
        model=package["ModelPackageGroupName"],
        version=package["ModelPackageVersion"],
        approver=identity.get("SourceIdentity", ""),
        reason=package.get("ApprovalDescription", ""),
        at=changed.isoformat(),
        run=package.get("MetadataProperties", {}).get("GeneratedBy", ""),
        artifact=metadata.get("artifact", ""),
        evidence=metadata.get("evidence", ""),
        containers=package.get("InferenceSpecification", {}).get("Containers", []),
    )


def record(approved: Approved) -> Mapping[str, Any]:
    """Return what is written down for good about an approval that holds."""
    return {
        "package": approved.package,
        "artifact": approved.artifact,
        "evidence": approved.evidence,
        "run": approved.run,
        "approver": approved.approver,
        "reason": approved.reason,
        "at": approved.at,
    }


def record_uri(bucket: str, approved: Approved) -> str:
    """Return where the record of this very approval lies; another approval has another."""
    moment = hashlib.sha256(f"{approved.approver}|{approved.at}".encode()).hexdigest()[:12]
    folder = f"s3://{bucket}/approvals/{approved.artifact}"
    return f"{folder}/{approved.model}-{approved.version}-{moment}.json"


def copy_uri(bucket: str, approved: Approved) -> str:
    """Return where the copy of the approved bytes lies, by their digest."""
    return f"s3://{bucket}/models/{approved.artifact}.tar.gz"
