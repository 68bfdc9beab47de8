"""What becomes of a call that nobody has signed?"""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from localcloud.iam import errors, public, reading, resources
from localcloud.iam.decision import Decision, full_context, log

if TYPE_CHECKING:
    from moto.core.responses import BaseResponse

    from localcloud.iam.requests.call import Call, Want

ANYBODY = "anonymous"
_OPEN = ("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
"""Operations that AWS lets everybody call: what they are given is the proof."""
_FORM = "application/x-www-form-urlencoded"


def refusal(environ: dict[str, Any]) -> Response | None:
    """Refuse an unsigned call of a service other than S3, in the protocol in which it is made.

    Only its form tells that a call is not one of S3's: a target in its headers, or an action among
    its parameters. moto takes all of them for S3's.
    """
    request = Request(environ)
    if reading.signed_by(request.headers.get("Authorization", "")):
        return None
    if target := request.headers.get("X-Amz-Target"):
        return _in_json(400 if target.startswith("DynamoDB") else errors.FORBIDDEN)
    action = _action(request, environ)
    return None if not action or action in _OPEN else _in_xml()


def _action(request: Request, environ: dict[str, Any]) -> str:
    """Return the action of a call in the query protocol; its body can be read again."""
    asked = parse_qs(request.query_string.decode("utf-8", "replace"))
    if request.method == "POST" and request.mimetype == _FORM:
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        asked |= parse_qs(body.decode("utf-8", "replace"))
    return asked["Action"][0] if {"Action", "Version"} <= set(asked) else ""


def _in_json(status: int) -> Response:
    code = f"{errors.UNSIGNED}Exception"
    body = json.dumps({"__type": code, "message": errors.UNSIGNED_TEXT})
    return Response(body, status, {"x-amzn-errortype": code}, "application/x-amz-json-1.1")


def _in_xml() -> Response:
    error = f"<Code>{errors.UNSIGNED}</Code><Message>{escape(errors.UNSIGNED_TEXT)}</Message>"
    body = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>"
    return Response(body, errors.FORBIDDEN, mimetype="text/xml")


def demand_allowed(response: BaseResponse, call: Call, wants: list[Want]) -> None:
    """Raise the refusal of an unsigned call, unless it is one of S3 that is open to everybody."""
    if call.service != "s3":
        if call.operation not in _OPEN:
            raise errors.unsigned(call.service)
        return
    if call.method == "OPTIONS":
        return  # browsers ask, unsigned, before they call: the bucket's CORS rules decide
    for want in wants:
        if not may_anybody(call, want, reading.facts(response)):
            raise errors.denied_to_anybody()


def may_anybody(call: Call, want: Want, facts: dict[str, Any]) -> bool:
    """Decide by the policies and ACLs of S3 alone, and write it down."""
    bucket = resources.bucket_of(call.account, call.bucket)
    if bucket is None:
        allowed = bool(call.bucket) and want.action != "s3:CreateBucket"  # S3 says it is not there
    else:
        who = {"aws:PrincipalType": "Anonymous", "aws:userid": ANYBODY}
        place = resources.owner(want.resource, call.place)
        context = full_context(who, want, place, call.region, facts)
        allowed = public.allows(bucket, want, place, context)
    reason = "" if allowed else f"because nothing allows everybody the {want.action} action"
    log.append(asdict(Decision(ANYBODY, want.action, want.resource, allowed, reason)))
    return allowed
