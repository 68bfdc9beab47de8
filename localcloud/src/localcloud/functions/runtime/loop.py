"""What does the runtime inside an environment do? Import the handler, then call it time after time.

A frame on the socket is two lengths, a head in JSON and a body. The first frame that is answered
says that the code is imported, or why not.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import socket
import struct
import sys
import time
import traceback
from decimal import Decimal
from pathlib import Path
from typing import Any

LENGTHS = struct.Struct(">II")
MOST_RESPONSE_BYTES = 6_291_556
LOG_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s"
OUT_OF_MEMORY = "Runtime.OutOfMemory"
SDK = ("boto3", "botocore", "s3transfer", "urllib3", "jmespath", "dateutil", "six")
"""What Lambda's runtime brings, in the order in which it is asked for."""


class RuntimeFailure(Exception):
    """What Lambda's runtime itself says of a function, under an error type of its own."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Context:
    """The second argument of a handler."""

    def __init__(self, head: dict[str, Any]) -> None:
        self.aws_request_id = head["request_id"]
        self.invoked_function_arn = head["arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = None
        self.client_context = None
        self._end = time.perf_counter() + head["seconds"]

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function still has."""
        return max(0, int((self._end - time.perf_counter()) * 1000))


class _Encoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        """Write a Decimal as a number, as Lambda's runtime does."""
        return float(o) if isinstance(o, Decimal) else super().default(o)


class _Request(logging.Filter):
    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.request_id
        return True


def serve(control: socket.socket, spec: dict[str, Any], places: list[str]) -> None:
    """Import the handler and answer invocations until the socket is closed."""
    request = _logging()
    _forget_replaced(places)
    try:
        handle = load(spec["handler"])
    except MemoryError:
        _answer(control, {"error": True, "fatal": OUT_OF_MEMORY}, b"{}")
        return
    except Exception as error:  # noqa: BLE001 - whatever a module raises
        _answer(control, {"error": True}, _failure(error, ""))
        return
    _answer(control, {"ready": True}, b"")
    while (asked := _next(control)) is not None:
        head, event = asked
        request.request_id = head["request_id"]
        _answer(control, *_run(handle, json.loads(event), Context(head)))


def _run(handle: Any, event: Any, context: Context) -> tuple[dict[str, Any], bytes]:
    try:
        return {"error": False}, answered(handle(event, context))
    except MemoryError:
        return {"error": True, "fatal": OUT_OF_MEMORY}, b"{}"
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is its answer
        return {"error": True}, _failure(error, context.aws_request_id)


def load(handler: str) -> Any:
    """Import the module that *handler* names and return its function."""
    module, dot, name = handler.rpartition(".")
    if not dot:
        raise RuntimeFailure(
            "Runtime.MalformedHandlerName",
            f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)",
        )
    try:
        found = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module}': {error}"
        raise RuntimeFailure("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        message = f"Syntax error in module '{module}': {error}"
        raise RuntimeFailure("Runtime.UserCodeSyntaxError", message) from error
    if not hasattr(found, name):
        message = f"Handler '{name}' missing on module '{module}'"
        raise RuntimeFailure("Runtime.HandlerNotFound", message)
    return getattr(found, name)


def answered(answer: Any) -> bytes:
    """Write a handler's answer as JSON, if that is possible and not too long."""
    try:
        text = json.dumps(answer, cls=_Encoder).encode()
    except (TypeError, ValueError, RecursionError) as error:
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


def shaped(error: BaseException, request_id: str) -> dict[str, Any]:
    """Return the error object that an invocation answers with."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if each.filename != __file__ and "importlib" not in str(each)]
    own = [] if isinstance(error, RuntimeFailure) else own
    return {
        "errorMessage": str(error),
        "errorType": error.kind if isinstance(error, RuntimeFailure) else type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(own),
    }


def _failure(error: BaseException, request_id: str) -> bytes:
    """Print an error, and return it as the answer."""
    answer = shaped(error, request_id)
    lines = f"[ERROR] {answer['errorType']}: {answer['errorMessage']}\n"
    cause = error.__cause__ if isinstance(error, RuntimeFailure) and error.__cause__ else error
    _print(lines + "".join(traceback.format_exception(cause)))
    return json.dumps(answer).encode()


def _print(text: str) -> None:
    try:
        print(text, end="", flush=True)
    except (OSError, ValueError):
        return  # the function has closed its output


def _logging() -> _Request:
    """Let logs be printed as Lambda's own handler does."""
    request, handler = _Request(), logging.StreamHandler(sys.stdout)
    formatter = logging.Formatter(LOG_FORMAT, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(request)
    logging.root.handlers = [handler]
    return request


def _forget_replaced(places: list[str]) -> None:
    """Let a function that brings a copy of the SDK, or of a part of it, have its own."""
    brought = {entry.name for place in places for entry in Path(place).glob("*")}
    if brought & {*SDK, "six.py"}:
        for name in [name for name in sys.modules if name.partition(".")[0] in SDK]:
            del sys.modules[name]


def _next(control: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    lengths = _read(control, LENGTHS.size)
    if lengths is None:
        return None
    head, body = (_read(control, length) for length in LENGTHS.unpack(lengths))
    return None if head is None or body is None else (json.loads(head), body)


def _read(control: socket.socket, length: int) -> bytes | None:
    found = bytearray()
    while len(found) < length:
        part = control.recv(min(length - len(found), 1 << 20))
        if not part:
            return None
        found += part
    return bytes(found)


def _answer(control: socket.socket, head: dict[str, Any], body: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        pass
    first = json.dumps(head).encode()
    try:
        control.sendall(LENGTHS.pack(len(first), len(body)) + first + body)
    except OSError:
        os._exit(1)  # the function has closed what it does not know
