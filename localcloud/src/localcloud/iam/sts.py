"""What do AssumeRole and GetCallerIdentity answer?"""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.sts.exceptions import STSValidationError
from moto.sts.models import AssumedRole, STSBackend
from moto.sts.responses import TokenResponse

from localcloud import clock, moto_patches
from localcloud.iam import caller, reading, trust

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


def install() -> None:
    """Let every session be known by its key, with the identity and tags it was opened with."""
    moto_patches.wrap(
        STSBackend,
        "assume_role",
        _remembering,
        fixes="does not find a session by its key",
        upstream="policy: sessions are known by their key to the decision, which is ours",
    )
    moto_patches.provide(
        TokenResponse,
        {"assume_role": _assume_role, "get_caller_identity": _get_caller_identity},
        fixes="forgets source identity, tags and managed policies of a session",
        upstream=moto_patches.UNREPORTED,
    )


def _remembering(assume_role: Any) -> Any:
    """Keep what moto does not: the session by its key."""

    def remembering(self: STSBackend, *args: Any, **kwargs: Any) -> AssumedRole:
        session = assume_role(self, *args, **kwargs)
        session.issued = clock.now()
        caller.sessions[session.access_key_id] = session
        return session

    return remembering


def _assume_role(self: TokenResponse) -> ActionResult:
    params = reading.call(self, "*").params
    _check_name(params["RoleSessionName"])
    opener = reading.caller(self, reading.access_key(self) or "")
    backend: Any = self.backend
    session = backend.assume_role(
        region_name=self.region,
        role_session_name=params["RoleSessionName"],
        role_arn=params["RoleArn"],
        policy=params.get("Policy"),
        duration=int(params.get("DurationSeconds") or 3600),
        external_id=params.get("ExternalId"),
    )
    session.source_identity = trust.source_identity(opener, params)
    session.session_tags = trust.session_tags(opener, params)
    session.transitive_tags = {*params.get("TransitiveTagKeys", []), *opener.session_tags}
    session.policy_arns = [each["arn"] for each in params.get("PolicyArns", [])]
    answer = {
        "Credentials": session,
        "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
        "PackedPolicySize": 6,
        "SourceIdentity": session.source_identity,
    }
    return ActionResult({key: value for key, value in answer.items() if value is not None})


def _check_name(name: str) -> None:
    if not _SESSION_NAME.fullmatch(name):
        raise STSValidationError(
            f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy"
            r" constraint: Member must satisfy regular expression pattern: [\w+=,.@-]{2,64}"
        )


def _get_caller_identity(self: TokenResponse) -> ActionResult:
    found = reading.caller(self, reading.access_key(self) or "")
    answer = {"UserId": found.principal_id, "Account": found.account, "Arn": found.arn}
    return ActionResult(answer)
