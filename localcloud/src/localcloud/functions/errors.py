"""In which words does Lambda say that a function, its answer or a request is not valid?"""

from __future__ import annotations

import json
import traceback
from typing import Any

from moto.core.exceptions import JsonRESTError

from localcloud.functions import code
from localcloud.functions.deadline import TimedOut

MOST_REQUEST_BYTES = {"RequestResponse": 6_291_456, "Event": 1_048_576}
MOST_RESPONSE_BYTES = 6_291_556


class RuntimeFailure(Exception):
    """What Lambda's runtime itself says of a function, under an error type of its own."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class TooLarge(JsonRESTError):
    """The payload of a request is over the limit."""

    code = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            "RequestTooLargeException",
            f"Request must be smaller than {most} bytes for the InvokeFunction operation",
        )


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


def answered(answer: Any) -> str:
    """Write a handler's answer as JSON, if that is possible and not too long."""
    try:
        text = json.dumps(answer)
    except (TypeError, ValueError) as error:
        raise RuntimeFailure(
            "Runtime.MarshalError", f"Unable to marshal response: {error}"
        ) from error
    if len(text) > MOST_RESPONSE_BYTES:
        raise RuntimeFailure(
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size "
            f"({MOST_RESPONSE_BYTES} bytes).",
        )
    return text


def shaped(raised: BaseException, request_id: str, timeout: float) -> dict[str, Any]:
    """Return the error object that an invocation answers with."""
    if isinstance(raised, TimedOut):
        message = f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds"
        return {"errorMessage": message, "errorType": "Sandbox.Timedout"}
    if isinstance(raised, SystemExit):
        message = f"RequestId: {request_id} Error: Runtime exited with error: exit status "
        return {"errorMessage": f"{message}{raised.code or 0}", "errorType": "Runtime.ExitError"}
    frames = traceback.extract_tb(raised.__traceback__)
    trace = traceback.format_list([frame for frame in frames if code.is_unpacked(frame.filename)])
    kind = raised.kind if isinstance(raised, RuntimeFailure) else type(raised).__name__
    return {
        "errorMessage": str(raised),
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": trace,
    }
