"""When does S3 not copy an object, though the source can be read?"""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import MissingKey, PreconditionFailed
from moto.s3.responses import S3Response

from localcloud import moto_patches

LOCKS = [f"x-amz-object-lock-{name}" for name in ("mode", "retain-until-date", "legal-hold")]


def install() -> None:
    """Let a copy depend on what its target is, and need no digest of bytes that it does not send.

    S3 asks for one where "Put Object requests" write what will be locked; a copy is none.
    """
    moto_patches.wrap(S3Response, "_key_response_put", _copying,
        fixes="forgets conditions of a copy, and demands a digest of one that will be locked",
        upstream=moto_patches.UNREPORTED,
    )  # fmt: skip


def _copying(put: Any) -> Any:
    def answer(self: S3Response, query: Any, key_name: str) -> Any:
        if "x-amz-copy-source" not in self.headers or "uploadId" in query:
            return put(self, query, key_name)
        _check_target(self, key_name)
        if any(self.headers.get(name) for name in LOCKS):
            return put(self, query, key_name)
        self._set_action("KEY", "PUT", query)
        self._authenticate_and_authorize_s3_action(bucket_name=self.bucket_name, key_name=key_name)
        return self.copy_object()

    return answer


def _check_target(response: S3Response, key_name: str) -> None:
    there = response.backend.get_object(response.bucket_name, key_name)
    if there is not None and response.headers.get("If-None-Match") == "*":
        raise PreconditionFailed("If-None-Match")
    if wanted := response.headers.get("If-Match"):
        if there is None:
            raise MissingKey(key=key_name)
        if wanted.strip('"') != there.etag.strip('"'):
            raise PreconditionFailed("If-Match")
