"""How does every call reach the decision, and how does a refusal reach the caller?"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from typing import Any

import xmltodict  # type: ignore[import-untyped]  # moto's own dependency has no types
from moto.core import authorization
from moto.core import errors as moto_errors
from moto.core.responses import BaseResponse
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from localcloud import moto_patches
from localcloud.iam import errors, keys, public, reading, requests, reserved, trust, unsigned
from localcloud.iam.decision import Decision, decide
from localcloud.iam.requests import s3
from localcloud.iam.requests.call import Call, Want

_ALGORITHM = "HTTP_X_AMZ_SERVER_SIDE_ENCRYPTION"
_refused_objects: contextvars.ContextVar[frozenset[str]] = contextvars.ContextVar(
    "refused_objects", default=frozenset()
)


def install() -> None:
    """Put our decision in the place of moto's, in which most of IAM is missing."""
    moto_patches.replace(
        authorization.ActionAuthenticatorMixin,
        "_authenticate_and_authorize_action",
        _authorize,
        fixes="decides without conditions, resources' policies, boundaries and sessions' policies",
        upstream="policy: the decision is ours; getmoto/moto#2300 and #8680 made a part of it",
    )
    moto_patches.replace(
        FakeBucket,
        "get_permission",
        _object_permission,
        fixes="reads a bucket's policy without conditions and principals",
        upstream="policy: the decision is ours",
    )
    moto_patches.wrap(
        S3Response,
        "_bucket_response_delete_keys",
        _deleting,
        fixes="does not decide DeleteObjects object by object",
        upstream="policy: the decision is ours",
    )
    moto_patches.replace(
        moto_errors,
        "COMMON_ERROR_CODES",
        [*moto_errors.COMMON_ERROR_CODES, *errors.CODES, *keys.CODES],
        fixes="does not serialize error codes that a service's model lacks",
        upstream="policy: the decision is ours, and so are its words",
    )


def _authorize(self: BaseResponse, _iam_request: type, resource: str = "*") -> None:
    key, call = reading.access_key(self), reading.call(self, resource)
    if key is None:
        unsigned.demand_allowed(self, call, [*requests.wants(call)])
        return
    caller, facts = reading.caller(self, key), reading.facts(self)
    reserved.demand_open(caller, call)
    if call.action == "sts:AssumeRole":
        trust.demand(caller, call, facts)
    own = s3.under_s3s_key(call, caller.account) if call.service == "s3" else None
    for want in (*requests.wants(call), *([own] if own else [])):
        decision = decide(caller, want, call.place, facts)
        if not decision.allowed:
            raise errors.denied(call.service, decision)
        keys.demand_usable(call, want)
    if own:
        _name_key(self, own.resource)
    if call.service == "s3" and (why := public.blocked(call, self.body)):
        first = next(iter(requests.wants(call)))
        refused = Decision(caller.arn, first.action, first.resource, allowed=False, reason=why)
        raise errors.denied("s3", refused)


def _name_key(response: BaseResponse, key: str) -> None:
    """Let moto store under *key*, which the call left to S3: its headers are a view of these."""
    response.headers.environ[_ALGORITHM] = "aws:kms"
    response.headers.environ[f"{_ALGORITHM}_AWS_KMS_KEY_ID"] = key


def _deleting(answer: Any) -> Any:
    """DeleteObjects is decided object by object, and answers so."""

    def deleting(self: S3Response, bucket_name: str, *args: Any, **kwargs: Any) -> Any:
        before = _refused_objects.set(_refused(self, bucket_name))
        try:
            return answer(self, bucket_name, *args, **kwargs)
        finally:
            _refused_objects.reset(before)

    return deleting


def _refused(response: S3Response, bucket: str) -> frozenset[str]:
    """ARNs of the objects in a DeleteObjects call that the caller may not delete."""
    may = _decider(response, call := reading.call(response, f"arn:aws:s3:::{bucket}"))
    asked = xmltodict.parse(response.body, strip_whitespace=False)["Delete"].get("Object") or []
    return frozenset(
        f"arn:aws:s3:::{bucket}/{each['Key']}"
        for each in (asked if isinstance(asked, list) else [asked])
        for want in s3.deleting(call, each["Key"], each.get("VersionId"))
        if not may(want)
    )


def _decider(response: BaseResponse, call: Call) -> Callable[[Want], bool]:
    """Return what decides whether the caller, or everybody, may do something."""
    key, facts = reading.access_key(response), reading.facts(response)
    if key is None:
        return lambda want: unsigned.may_anybody(call, want, facts)
    caller = reading.caller(response, key)
    return lambda want: decide(caller, want, call.place, facts).allowed


def _object_permission(_bucket: FakeBucket, _action: str, resource: str) -> PermissionResult:
    """Moto reads a bucket policy without conditions and principals, and next to it ACLs.

    Ours decides before the answer; what moto thinks of an unsigned call does not count.
    """
    refused = resource in _refused_objects.get()
    return PermissionResult.DENIED if refused else PermissionResult.PERMITTED
