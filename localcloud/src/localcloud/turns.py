"""Which calls of S3 wait for each other?

moto throws an object's content away as soon as another takes its place, while it may still answer
the call that wrote or reads it.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from moto.core.responses import BaseResponse
from moto.s3.responses import S3Response

_WRITES = {"PUT", "POST", "DELETE"}
_locks = [threading.RLock() for _ in range(256)]


def turn(response: BaseResponse) -> contextlib.AbstractContextManager[Any]:
    """Let calls that write the same object come one after the other; all others go at once."""
    if not isinstance(response, S3Response) or response.method not in _WRITES:
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
