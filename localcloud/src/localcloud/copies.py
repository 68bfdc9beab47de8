"""When does S3 not copy an object, though the source can be read?"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

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
        if "x-amz-copy-source" not in self.headers:
            return put(self, query, key_name)
        _check_source(self)
        if "uploadId" in query:
            return put(self, query, key_name)
        _check_target(self, key_name)
        if any(self.headers.get(name) for name in LOCKS):
            return put(self, query, key_name)
        self._set_action("KEY", "PUT", query)
        self._authenticate_and_authorize_s3_action(bucket_name=self.bucket_name, key_name=key_name)
        return self.copy_object()

    return answer


def _check_source(response: S3Response) -> None:
    """Raise unless the source is the one that was seen; large copies ask so of each part."""
    wanted = response.headers.get("x-amz-copy-source-if-match")
    unwanted = response.headers.get("x-amz-copy-source-if-none-match")
    if not wanted and not unwanted:
        return
    source = urlparse(str(response.headers["x-amz-copy-source"]))
    bucket, _, key = unquote(source.path).lstrip("/").partition("/")
    (version,) = parse_qs(source.query).get("versionId", [None])
    there = response.backend.get_object(bucket, key, version_id=version)
    tag = there.etag.strip('"') if there is not None else None
    if tag and wanted and wanted.strip('"') != tag:
        raise PreconditionFailed("x-amz-copy-source-If-Match")
    if tag and unwanted and unwanted.strip('"') == tag:
        raise PreconditionFailed("x-amz-copy-source-If-None-Match")


def _check_target(response: S3Response, key_name: str) -> None:
    there = response.backend.get_object(response.bucket_name, key_name)
    if there is not None and response.headers.get("If-None-Match") == "*":
        raise PreconditionFailed("If-None-Match")
    if wanted := response.headers.get("If-Match"):
        if there is None:
            raise MissingKey(key=key_name)
        if wanted.strip('"') != there.etag.strip('"'):
            raise PreconditionFailed("If-Match")
