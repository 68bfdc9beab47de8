"""How does every call reach the decision, and how does a refusal reach the caller?"""

from __future__ import annotations

import contextvars
from typing import Any

import xmltodict  # type: ignore[import-untyped]  # moto's own dependency has no types
from moto.core import authorization
from moto.core import errors as moto_errors
from moto.core.responses import ActionResult, BaseResponse
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from localcloud import moto_patches
from localcloud.iam import errors, keys, reading, requests, trust
from localcloud.iam.decision import decide
from localcloud.iam.requests import s3

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
    moto_patches.wrap(
        BaseResponse,
        "call_action",
        _answering_refusals,
        fixes="does not answer a refusal in the protocol of the service",
        upstream="policy: the decision is ours, and so are its words",
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


def _answering_refusals(answer: Any) -> Any:
    """Serialize a refusal in the protocol of the service, which moto does not."""

    def answering(self: BaseResponse) -> Any:
        try:
            return answer(self)
        except errors.Refused as refusal:
            _, headers, body = self.serialized(ActionResult(refusal))
            status = refusal.http_status_code
            return status, headers | {"status": str(status)}, body

    return answering


def _authorize(self: BaseResponse, _iam_request: type, resource: str = "*") -> None:
    key = reading.access_key(self)
    if key is None:
        return  # not signed: public operations, and S3's own decision about anonymous callers
    caller, call, facts = (
        reading.caller(self, key),
        reading.call(self, resource),
        reading.facts(self),
    )
    if call.action == "sts:AssumeRole":
        trust.demand(caller, call, facts)
    for want in requests.wants(call):
        decision = decide(caller, want, call.region, facts)
        if not decision.allowed:
            raise errors.denied(call.service, decision)
        keys.demand_usable(call, want)


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
    key = reading.access_key(response)
    if key is None:
        return frozenset()
    caller, facts = reading.caller(response, key), reading.facts(response)
    call = reading.call(response, f"arn:aws:s3:::{bucket}")
    asked = xmltodict.parse(response.body, strip_whitespace=False)["Delete"].get("Object") or []
    return frozenset(
        f"arn:aws:s3:::{bucket}/{each['Key']}"
        for each in (asked if isinstance(asked, list) else [asked])
        for want in s3.deleting(call, each["Key"], each.get("VersionId"))
        if not decide(caller, want, call.region, facts).allowed
    )


def _object_permission(_bucket: FakeBucket, _action: str, resource: str) -> PermissionResult:
    """Moto's reading of a bucket policy has neither conditions nor principals: ours has decided."""
    refused = resource in _refused_objects.get()
    return PermissionResult.DENIED if refused else PermissionResult.NEUTRAL
