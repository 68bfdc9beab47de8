"""Does a bucket belong to the account that the caller of S3 expects?"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from moto.s3.models import s3_backends
from moto.s3.responses import S3Response

from localcloud import moto_patches
from localcloud.iam import errors

_BUCKET, _SOURCE = "x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"


def install() -> None:
    """Refuse a call that expects another owner, before it does anything."""
    moto_patches.wrap(
        S3Response,
        ("_bucket_response", "_key_response"),
        _expecting,
        fixes="passes over ExpectedBucketOwner and ExpectedSourceBucketOwner",
        upstream=moto_patches.UNREPORTED,
    )


def _expecting(answer: Any) -> Any:
    def expecting(self: S3Response, request: Any, full_url: str) -> Any:
        _demand_owner(self.headers.get(_BUCKET), self.bucket_name)
        source = unquote(self.headers.get("x-amz-copy-source", "")).lstrip("/")
        _demand_owner(self.headers.get(_SOURCE), source.split("/")[0])
        return answer(self, request, full_url)

    return expecting


def _demand_owner(expected: str | None, bucket: str) -> None:
    owner = s3_backends.bucket_accounts.get(bucket)
    if expected and owner and expected != owner[1]:
        raise errors.RefusedByS3("AccessDenied", "Access Denied")
