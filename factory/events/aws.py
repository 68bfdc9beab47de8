"""Which events does AWS send by itself, that functions of the factory act on?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ENDPOINT_CHANGED = "SageMaker Endpoint State Change"
PACKAGE_CHANGED = "SageMaker Model Package State Change"
API_CALL = "AWS API Call via CloudTrail"


def caller(identity: Mapping[str, Any]) -> str:
    """Return who made a call, as CloudTrail's `userIdentity` says: the ARN of the caller.

    And the person behind a role, where the session has a source identity.
    """
    arn = str(identity.get("arn") or identity.get("principalId") or identity.get("type") or "")
    context = identity.get("sessionContext")
    person = context.get("sourceIdentity") if isinstance(context, Mapping) else None
    return f"{person} as {arn}" if person else arn or "somebody"
