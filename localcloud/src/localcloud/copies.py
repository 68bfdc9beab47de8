"""When does S3 not copy an object, though the source can be read?"""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import MissingKey, PreconditionFailed
from moto.s3.responses import S3Response

from localcloud.moto_patches import UNREPORTED, wrap

LOCKS = [f"x-amz-object-lock-{name}" for name in ("mode", "retain-until-date", "legal-hold")]


def install() -> None:
    """Let a copy depend on what its target is, and need no digest of bytes that it does not send.

    S3 asks for one where "Put Object requests" write what will be locked; a copy is none.
    """
    wrap(
        S3Response,
        "copy_object",
        _conditional,
        fixes="a copy is made whatever If-None-Match and If-Match say of its target",
        upstream=UNREPORTED,
    )
    wrap(
        S3Response,
        "_key_response_put",
        _bodiless,
        fixes="a copy into a bucket with a default retention is asked for a digest of its body",
        upstream=UNREPORTED,
    )


def _bodiless(put: Any) -> Any:
    def answer(self: S3Response, query: Any, key_name: str) -> Any:
        locks = any(self.headers.get(name) for name in LOCKS)
        if "x-amz-copy-source" not in self.headers or "uploadId" in query or locks:
            return put(self, query, key_name)
        self._set_action("KEY", "PUT", query)
        self._authenticate_and_authorize_s3_action(bucket_name=self.bucket_name, key_name=key_name)
        return self.copy_object()

    return answer


def _conditional(copy_object: Any) -> Any:
    def copy(self: S3Response) -> Any:
        there = self.backend.get_object(self.bucket_name, self.parse_key_name())
        if there is not None and self.headers.get("If-None-Match") == "*":
            raise PreconditionFailed("If-None-Match")
        if wanted := self.headers.get("If-Match"):
            if there is None:
                raise MissingKey(key=self.parse_key_name())
            if wanted.strip('"') != there.etag.strip('"'):
                raise PreconditionFailed("If-Match")
        return copy_object(self)

    return copy
