"""Whose signature stands under a plain HTTP request, and may they call a function's URL?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud import origin, places
from localcloud.iam.caller import Caller, ExpiredSessionError, InvalidKeyError, identity, sessions
from localcloud.iam.decision import decide
from localcloud.iam.reading import CREDENTIAL
from localcloud.iam.requests.call import Want

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


def signer(request: Request, service: str) -> tuple[Caller, str] | None:
    """Return who signed for *service*, with which key; None when nobody known did.

    As for every other call the key and its session token are checked, the signature is not.
    """
    given = request.headers.get("Authorization") or (
        f"Credential={request.args.get('X-Amz-Credential', '')}/"
    )
    match = CREDENTIAL.search(given)
    if match is None or match.group(3) != service:
        return None
    key = match.group(1)
    token = request.headers.get("X-Amz-Security-Token", request.args.get("X-Amz-Security-Token"))
    session = sessions.get(key)
    if session and token != session.session_token:
        return None
    try:
        caller = identity(key)
    except (ExpiredSessionError, InvalidKeyError):
        return None
    return (caller, key) if caller.checked or origin.current() is None else None


def may_call_url(caller: Caller, request: Request, function_arn: str) -> bool:
    """Tell whether both permissions are there that AWS asks for since October 2025."""
    wants = (
        Want("lambda:InvokeFunctionUrl", function_arn, {"lambda:FunctionUrlAuthType": "AWS_IAM"}),
        Want("lambda:InvokeFunction", function_arn, {"lambda:InvokedViaFunctionUrl": "true"}),
    )
    facts: dict[str, Any] = {"aws:SourceIp": request.remote_addr or "127.0.0.1"}
    if agent := request.headers.get("User-Agent"):
        facts["aws:UserAgent"] = agent
    place = places.of(function_arn)
    return all(decide(caller, want, place, facts).allowed for want in wants)
