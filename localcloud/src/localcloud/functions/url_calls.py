"""What does the caller of a function's URL get?"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from localcloud import endpoint, places
from localcloud.functions import errors, runs, urls
from localcloud.functions.pool import Throttled
from localcloud.functions.url_events import JSON, Malformed, event_of, response_of
from localcloud.iam import Caller, signing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.awslambda.models import LambdaFunction


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one call of a function's URL, as a WSGI application."""
    return _answer(Request(environ))(environ, start_response)


def _answer(request: Request) -> Response:
    raw = str(request.environ["REQUEST_URI"]).partition("?")[0]
    identifier, _, path = raw.partition(endpoint.URLS)[2].partition("/")
    target = urls.function_at(identifier)
    if target is None:
        return _refusal(404, f"No function has the URL {request.base_url}.")
    admitted = _admitted(request, target)
    if admitted is None:
        return _refusal(403, "Forbidden")
    with places.at(places.of(target.function_arn)):
        event = event_of(request, identifier, f"/{path}", *admitted)
    if len(json.dumps(event)) > errors.MOST_REQUEST_BYTES["RequestResponse"]:
        return _refusal(413, "Request Entity Too Large")
    return _run(target, event)


def _admitted(request: Request, target: LambdaFunction) -> tuple[Caller, str] | None:
    """Return who calls, and with which key, if that caller may call this function by its URL."""
    signed = signing.signer(request, "lambda")
    if signed is None or not signing.may_call_url(signed[0], request, target.function_arn):
        return None
    return signed


def _run(target: LambdaFunction, event: Any) -> Response:
    try:
        outcome = runs.run(target, event)
    except Throttled:
        return _refusal(429, "Rate Exceeded.")
    try:
        response = None if outcome.error else response_of(outcome.text)
    except Malformed as error:
        print(f"{target.function_name} answered its URL badly: {error}", file=sys.__stderr__)
        response = None
    response = response or _refusal(502, "Internal Server Error")
    response.headers["x-amzn-RequestId"] = outcome.request_id
    return response


def _refusal(status: int, message: str) -> Response:
    response = Response(json.dumps({"Message": message}), status, content_type=JSON)
    if status == 403:  # noqa: PLR2004 - HTTP's own number
        response.headers["x-amzn-ErrorType"] = "AccessDeniedException"
    return response
