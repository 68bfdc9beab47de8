"""In which words does Lambda say that a request is not valid, or that a runtime has ended?"""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError

MOST_REQUEST_BYTES = {"RequestResponse": 6_291_456, "Event": 1_048_576}


class TooLarge(JsonRESTError):
    """The payload of a request is over the limit."""

    code = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            "RequestTooLargeException",
            f"Request must be smaller than {most} bytes for the InvokeFunction operation",
        )


class TooManyRequests(JsonRESTError):
    """All of a function's reserved concurrency is in use."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def event_of(body: Any, kind: str) -> Any:
    """Read the event of an invocation; refuse what is too large or no JSON."""
    text = (body.encode() if isinstance(body, str) else body) or b"{}"
    most = MOST_REQUEST_BYTES.get(kind)
    if most and len(text) > most:
        raise TooLarge(most)
    try:
        return json.loads(text)
    except ValueError as error:
        raise JsonRESTError(
            "InvalidRequestContentException", f"Could not parse request body into json: {error}"
        ) from error


def ended(kind: str, how: str, request_id: str) -> dict[str, Any]:
    """Return the error object for an environment that has ended under an invocation."""
    return {"errorMessage": f"RequestId: {request_id} Error: {how}", "errorType": kind}


def of_the_cloud(raised: Exception, request_id: str) -> dict[str, Any]:
    """Return the error object for a function that the cloud itself could not begin to run."""
    return {
        "errorMessage": str(raised),
        "errorType": type(raised).__name__,
        "requestId": request_id,
        "stackTrace": [],
    }
