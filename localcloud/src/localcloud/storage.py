"""Where does moto's S3 let happen what AWS refuses, or fail at what AWS can?"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from moto.core.responses import ActionResult
from moto.s3.exceptions import AccessDeniedByLock, InvalidBucketState, MalformedXML, S3ClientError
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from localcloud import clock, moto_patches


class NoRetention(S3ClientError):
    """The object has no retention that could be read."""

    def __init__(self) -> None:
        super().__init__(
            "NoSuchObjectLockConfiguration",
            "The specified object does not have a ObjectLock configuration",
        )
        self.http_status_code = 404


def install() -> None:
    """Refuse to shorten, weaken or undermine a retention, and let it be read."""
    moto_patches.wrap(
        S3Backend,
        "put_bucket_versioning",
        _versioning,
        fixes="suspends versions under an Object Lock and takes any status",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        S3Response,
        "put_object_retention",
        _keeping,
        fixes="shortens and weakens a retention that holds",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        S3Response,
        "put_object",
        _arrived,
        fixes="believes Content-MD5 and x-amz-checksum-* of another body",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        S3Response,
        "get_object",
        _reading,
        fixes="takes GetObjectRetention for GetObject",
        upstream=moto_patches.UNREPORTED,
    )


def _versioning(put_versioning: Any) -> Any:
    """Refuse to suspend versions under an Object Lock, and unknown statuses."""

    def put(self: S3Backend, bucket_name: str, status: str) -> None:
        if status not in {"Enabled", "Suspended"}:
            raise MalformedXML
        if status == "Suspended" and self.get_bucket(bucket_name).object_lock_enabled:
            raise InvalidBucketState(
                "An Object Lock configuration is present on this bucket, so the versioning state "
                "cannot be changed."
            )
        put_versioning(self, bucket_name, status)

    return put


_DIGESTS = {
    "content-md5": "md5",
    "x-amz-checksum-sha256": "sha256",
    "x-amz-checksum-sha1": "sha1",
}


def _arrived(put_object: Any) -> Any:
    """Refuse a body that is not what the caller's digest says, which moto believes."""

    def answer(self: S3Response) -> Any:
        for header, algorithm in _DIGESTS.items():
            given = self.headers.get(header)
            if given and not _is_digest(given, algorithm, self.body):
                what = "Content-MD5" if algorithm == "md5" else algorithm.upper()
                message = f"The {what} you specified did not match the calculated checksum."
                raise S3ClientError("BadDigest", message)
        return put_object(self)

    return answer


def _is_digest(given: str, algorithm: str, body: bytes) -> bool:
    digest = hashlib.new(algorithm, body, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode() == given


def _keeping(put_retention: Any) -> Any:
    def put_object_retention(self: S3Response) -> Any:
        version = self._get_param("versionId")
        key = self.backend.get_object(self.bucket_name, self.parse_key_name(), version_id=version)
        if key is not None and key.lock_until:
            mode, until = self._mode_until_from_body()
            bypass = self.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
            if _weaker(key, mode, until) and (key.lock_mode == "COMPLIANCE" or not bypass):
                raise AccessDeniedByLock
        return put_retention(self)

    return put_object_retention


def _weaker(key: Any, mode: str | None, until: str | None) -> bool:
    """Tell whether a retention that still holds would end earlier or lose its mode."""
    holds_until = _moment(key.lock_until)
    if holds_until <= datetime.fromtimestamp(clock.now(), UTC):
        return False
    lost = key.lock_mode == "COMPLIANCE" and mode != "COMPLIANCE"
    return lost or not until or _moment(until) < holds_until


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def _reading(get_object: Any) -> Any:
    """Answer GetObjectRetention, which moto takes for GetObject."""

    def answer(self: S3Response) -> Any:
        if "retention" not in parse_qs(self.parsed_url.query, keep_blank_values=True):
            return get_object(self)
        key, _ = self._get_key()
        if not key.lock_until:
            raise NoRetention
        self.data["Action"] = "GetObjectRetention"
        until = _moment(key.lock_until)
        retention = {"Mode": key.lock_mode, "RetainUntilDate": until}
        return self.serialized(ActionResult({"Retention": retention}))

    return answer
