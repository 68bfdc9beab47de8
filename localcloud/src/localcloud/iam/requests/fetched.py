"""What does a call need of an object that a service reads for the caller: code, or a template?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlparse

from localcloud.iam.requests.call import Want


def code(params: Mapping[str, Any]) -> Iterator[Want]:
    """Ask for the object with a function's or a layer's code."""
    given = params.get("Code") or params.get("Content") or params
    if given.get("S3Bucket") and given.get("S3Key"):
        yield _object(given["S3Bucket"], given["S3Key"])


def template(url: str | None) -> Iterator[Want]:
    """Ask for the object at a template's URL: the very one that moto reads there."""
    if not url:
        return
    parts = urlparse(url)
    host, path = parts.netloc, parts.path.lstrip("/")
    if "localhost" in url or (host.startswith("s3") and host.endswith("amazonaws.com")):
        yield _object(*path.partition("/")[::2])
    else:
        yield _object(host.split(".")[0], path)


def _object(bucket: str, key: str) -> Want:
    return Want("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")
