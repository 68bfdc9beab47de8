"""How does a person call a function by its URL? With a request that carries their signature."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from aws.calls import translated
from factory.errors import AccessDenied, FactoryError, NotFound, Refused, ServiceError, Unreachable

SECONDS = 60  # as long as the function may take, and more
AWS_ERROR = "x-amzn-ErrorType"
"""The header that AWS's own refusals have, and the answers of a function do not."""


def post(session: Any, url: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Send *body* to a function's URL, signed by *session*, and return its answer.

    Raises what the function, or AWS before it, refused with.
    """
    data = json.dumps(body).encode()
    signed = AWSRequest("POST", url, headers={"Content-Type": "application/json"}, data=data)
    with translated(url):
        SigV4Auth(session.get_credentials(), "lambda", session.region_name).add_auth(signed)
    request = urllib.request.Request(  # noqa: S310 - the URL is our own stack's output
        url, data, dict(signed.headers.items()), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - same
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as no:
        by_aws = AWS_ERROR in no.headers
        raise _refusal(no.code, no.read().decode(), by_aws=by_aws) from no
    except OSError as gone:
        raise Unreachable(f"{url}: {gone}") from gone
    return found


def _refusal(status: int, body: str, *, by_aws: bool) -> FactoryError:
    document = json.loads(body) if body.startswith("{") else {}
    words = str(document.get("message") or document.get("Message") or body)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceError(f"the function failed ({status}): {words}; see its log")
    if status == HTTPStatus.FORBIDDEN and by_aws:
        return AccessDenied(words)
    return NotFound(words) if status == HTTPStatus.NOT_FOUND else Refused(words)
