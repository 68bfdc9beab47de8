"""Which calls wait for each other?

moto throws an object's content away as soon as another takes its place, while it may still answer
the call that wrote or reads it. And it looks whether a name is taken before it takes it: of two
calls that create the same thing at once both would succeed, and what the first has made be lost.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from moto.core.responses import BaseResponse
from moto.s3.responses import S3Response

_WRITES = {"PUT", "POST", "DELETE"}
_locks = [threading.RLock() for _ in range(256)]
_NAMING = {
    *("iam", "ssm", "secretsmanager", "sqs", "sns", "events", "logs", "kms", "glue", "lambda"),
    *("cloudwatch", "kinesis", "stepfunctions", "ecr", "athena", "firehose", "scheduler"),
}
"""Services whose names one call at a time may take; the others see to that themselves."""
_VERBS = ("Create", "Put", "PublishVersion", "PublishLayer", "Update", "Delete")
_DATA = ("PutLogEvents", "PutEvents", "PutMetricData", "PutRecord")
"""What takes no name."""
_naming = {service: threading.RLock() for service in _NAMING}


def turn(response: BaseResponse) -> contextlib.AbstractContextManager[Any]:
    """Let calls that could take the same name come one after the other; all others go at once.

    None of them waits for anything while it has its turn.
    """
    if isinstance(response, S3Response):
        return _of_object(response)
    lock, operation = _naming.get(str(response.service_name)), str(response._get_action())
    if lock is None or not operation.startswith(_VERBS) or operation.startswith(_DATA):
        return contextlib.nullcontext()
    return lock


def _of_object(response: S3Response) -> contextlib.AbstractContextManager[Any]:
    if response.method not in _WRITES:
        return contextlib.nullcontext()
    name = response.bucket_name, response.parse_key_name()
    return _locks[hash(name) % len(_locks)] if name[1] else contextlib.nullcontext()


def can_be_asked_again(response: BaseResponse, error: Exception) -> bool:
    """Whether a call failed only because another thread changed what it was just reading."""
    if isinstance(error, RuntimeError):
        return "during iteration" in str(error)
    if not isinstance(response, S3Response) or "closed file" not in str(error):
        return False
    return response.method in {"GET", "HEAD"} or "x-amz-copy-source" in response.headers
