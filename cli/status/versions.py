"""Which versions does the registry hold, and who decided about them?"""

from __future__ import annotations

from itertools import islice
from typing import Any

from aws import registry
from cli import loosened
from factory.errors import NotFound

SHOWN = 10  # versions of a model, the newest


def newest(model: str) -> list[dict[str, Any]]:
    """Return the newest versions, the oldest of them first; none while there is no group."""
    try:
        listed = list(islice(registry.versions(model), SHOWN))
    except NotFound:
        return []
    return [_version(registry.package(version.arn)) for version in reversed(listed)]


def _version(package: dict[str, Any]) -> dict[str, Any]:
    identity = package.get("LastModifiedBy", {}).get("IamIdentity", {})
    return {
        "version": package["ModelPackageVersion"],
        "approval": package["ModelApprovalStatus"],
        "by": identity.get("SourceIdentity", ""),
        "reason": package.get("ApprovalDescription", ""),
        "spec": loosened.spec_of(package),
        "created": package["CreationTime"].isoformat(),
    }
