"""How does CloudTrail write down a call?

After "CloudTrail record contents". Of S3's parameters only the bucket's name is told.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from localcloud import clock
from localcloud.events.envelope import timestamp

if TYPE_CHECKING:
    from localcloud.iam.caller import Caller

VERSION = "1.11"
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
LONGEST = 100_000
"""Characters of one value: CloudTrail cuts what is longer."""


def identity(caller: Caller | None, key: str | None) -> dict[str, Any]:
    """Return the element userIdentity."""
    if caller is None:
        return {"type": "AWSAccount", "principalId": "", "accountId": "anonymous"}
    found: dict[str, Any] = {
        "type": "AssumedRole" if caller.is_role else "IAMUser",
        "principalId": caller.principal_id,
        "arn": caller.arn,
        "accountId": caller.account,
        "accessKeyId": key or "",
    }
    if not caller.is_role:
        return found | {"userName": caller.arn.split("/")[-1]}
    issuer = {
        "type": "Role",
        "principalId": caller.principal_id.split(":")[0],
        "arn": caller.role_arn,
        "accountId": caller.account,
        "userName": caller.role_arn.split("/")[-1],
    }
    created = timestamp(caller.issued if caller.issued is not None else clock.now())
    context: dict[str, Any] = {
        "sessionIssuer": issuer,
        "attributes": {"creationDate": created, "mfaAuthenticated": "false"},
    }
    if caller.source_identity:
        context["sourceIdentity"] = caller.source_identity
    return found | {"sessionContext": context}


def members(value: Any, shape: Any) -> Any:
    """Return parameters as CloudTrail spells them: each member's first letter small.

    What the service's model calls sensitive is hidden, what is long is cut.
    """
    if value is None or shape is None:
        return None
    if getattr(shape, "metadata", {}).get("sensitive"):
        return HIDDEN
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return {
            name[:1].lower() + name[1:]: members(each, shape.members.get(name))
            for name, each in value.items()
            if name in shape.members
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [members(each, shape.member) for each in value]
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {str(key): members(each, shape.value) for key, each in value.items()}
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return timestamp(moment.timestamp())
    if isinstance(value, bool | int | float):
        return value
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return text[:LONGEST]


def detail(
    who: dict[str, Any], what: Mapping[str, Any], came: Mapping[str, Any], *, reading: bool
) -> dict[str, Any]:
    """Return a whole record of who made which call and what came of it."""
    return {
        "eventVersion": VERSION,
        "userIdentity": who,
        "eventTime": timestamp(clock.now()),
        **what,
        **came,
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": reading,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "eventCategory": "Management",
    }
