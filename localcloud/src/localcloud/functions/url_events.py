"""How does an HTTP request become an event, and an answer an HTTP response?"""

from __future__ import annotations

import base64
import json
import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from localcloud import clock, places

if TYPE_CHECKING:
    from localcloud.iam import Caller

JSON = "application/json"
_TEXT = re.compile(r"text/.*|application/(json|xml|javascript)|.*\+(json|xml)")


class Malformed(Exception):
    """An answer with a statusCode that HTTP has no response for."""


def event_of(request: Request, identifier: str, path: str, caller: Caller, key: str) -> Any:
    """Return the event of payload format 2.0 for a signed *request* of *path* (as sent)."""
    query = request.query_string.decode()
    headers = {name.lower(): value for name, value in request.headers.items()}
    cookies = headers.pop("cookie", "")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": _context(request, identifier, path, _authorizer(caller, key)),
        **_body(request),
    }
    if cookies:
        event["cookies"] = cookies.split("; ")
    if query:
        lists = request.args.to_dict(flat=False)
        event["queryStringParameters"] = {name: ",".join(found) for name, found in lists.items()}
    return event


def _authorizer(caller: Caller, key: str) -> dict[str, Any]:
    return {
        "iam": {
            "accessKey": key,
            "accountId": caller.account,
            "callerId": caller.principal_id,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": caller.arn,
            "userId": caller.principal_id,
        }
    }


def _context(
    request: Request, identifier: str, path: str, authorizer: dict[str, Any]
) -> dict[str, Any]:
    now = clock.now()
    return {
        "accountId": places.here().account,
        "apiId": identifier,
        "authentication": None,
        "authorizer": authorizer,
        "domainName": request.host,
        "domainPrefix": identifier,
        "http": {
            "method": request.method,
            "path": path,
            "protocol": request.environ["SERVER_PROTOCOL"],
            "sourceIp": request.remote_addr,
            "userAgent": request.headers.get("User-Agent"),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": "$default",
        "stage": "$default",
        "time": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now * 1000),
    }


def _body(request: Request) -> dict[str, Any]:
    """Return the body as text where its type is one of texts, else in base64."""
    content = request.get_data()
    if not content:
        return {"isBase64Encoded": False}
    if _TEXT.fullmatch(request.mimetype):
        return {"body": content.decode("utf-8", "replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}


def response_of(text: str) -> Response:
    """Return the response that a function's answer, as JSON, stands for.

    An answer without a statusCode is the body itself. Raises Malformed for a body that is not a
    string, and for a status or headers that HTTP has not.
    """
    answer = json.loads(text)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return Response(text, 200, content_type=JSON)
    headers = {name: str(value) for name, value in (answer.get("headers") or {}).items()}
    given = {name.lower(): value for name, value in headers.items()}
    try:
        response = Response(_content(answer), int(answer["statusCode"]), headers)
    except (TypeError, ValueError) as error:
        raise Malformed(str(error)) from error
    response.headers["Content-Type"] = given.get("content-type", JSON)
    for cookie in answer.get("cookies") or []:
        response.headers.add("Set-Cookie", cookie)
    return response


def _content(answer: dict[str, Any]) -> bytes:
    body = "" if answer.get("body") is None else answer["body"]
    if not isinstance(body, str):
        raise TypeError(f"The body of an answer with a statusCode is a string, not {body!r}.")
    return base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
