"""With whose key is the call made that is being answered just now?"""

from __future__ import annotations

import contextvars
from typing import Any

from moto.core.responses import BaseResponse
from moto.s3.responses import S3Response

from localcloud import moto_patches
from localcloud.state import gate

_key: contextvars.ContextVar[str] = contextvars.ContextVar("access_key", default="testing")


def current_key() -> str:
    """Return the access key of the call this thread answers, the administrator's outside one."""
    return _key.get()


def install() -> None:
    """Remember the key as long as moto answers a call."""
    moto_patches.wrap(
        BaseResponse,
        "call_action",
        _remembering,
        fixes="does not tell backends whose key a call is made with",
        upstream="policy: what a service does on somebody's behalf is decided by their rights",
    )
    moto_patches.wrap(
        S3Response,
        ("_bucket_response", "_key_response"),
        _remembering,
        fixes="as call_action: S3 has ways of its own",
        upstream="policy: what a service does on somebody's behalf is decided by their rights",
    )


def _only_reads(response: BaseResponse) -> bool:
    """Tell whether a call changes nothing, by its method or by the operation's name."""
    if response.method in {"GET", "HEAD"}:
        return "Action" not in (response.querystring or {})
    target = response.headers.get("X-Amz-Target", "").rpartition(".")[2]
    return target.startswith(("Get", "List", "Describe", "BatchGet", "Query", "Scan"))


def _remembering(answer: Any) -> Any:
    def remembering(self: BaseResponse, *args: Any, **kwargs: Any) -> Any:
        before = _key.set(self.access_key)
        try:
            with gate.entered(reading=_only_reads(self)):
                return answer(self, *args, **kwargs)
        finally:
            _key.reset(before)

    return remembering
