"""How does a person approve or reject a version? In the registry, as an approver, by name."""

from __future__ import annotations

from typing import Any

import aws
from aws import identity, registry
from aws.outputs import outputs
from cli.result import Result
from factory.errors import NotFound, Refused
from factory.layout.names import package_subject

STATUS = {"approve": "Approved", "reject": "Rejected"}


def run(arguments: Any) -> Result:
    """Set the version's approval status under the approver role, with the caller's identity."""
    if not arguments.reason.strip():
        raise Refused(f"{arguments.decision} needs a reason; give one with --reason")
    role, person = outputs()["ApproverRoleArn"], identity.caller_name()
    arn, version = _package(arguments.model, arguments.version)
    status = STATUS[arguments.decision]
    with aws.calling_as(identity.assumed(role)):
        registry.decide(arn, status, arguments.reason)
    data = {"package": arn, "decision": arguments.decision, "by": person}
    subject = package_subject(arguments.model, version)
    return Result((f"{subject}: {status} by {person}; the factory checks it now",), data)


def _package(model: str, version: int | None) -> tuple[str, int]:
    found = {listed.version: listed.arn for listed in registry.versions(model)}
    wanted = version or max(found, default=0)
    if wanted not in found:
        known = ", ".join(map(str, sorted(found))) or "none"
        raise NotFound(f"{model} has no version {wanted or 'yet'}; registered: {known}")
    return found[wanted], wanted
