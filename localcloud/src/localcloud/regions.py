"""Which regions are there? Those of the partition ``aws``, as AWS answers for any other."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlparse

from moto.s3.responses import S3Response

from localcloud import descriptions
from localcloud.iam import errors, reading

if TYPE_CHECKING:
    from moto.core.responses import BaseResponse

_MESSAGE = "Credential should be scoped to a valid region."
PERMANENT_REDIRECT = 301


def demand_valid(response: BaseResponse, service: str) -> None:
    """Raise AWS's refusal of a call that is signed for a region that does not exist."""
    if response.region not in descriptions.regions():
        raise errors.invalid_region(service, _MESSAGE)


def redirected(response: BaseResponse) -> tuple[int, dict[str, str], str] | None:
    """Return S3's answer to a call for a bucket that is in another region, or None.

    A call that is signed for no region is answered where the bucket is.
    """
    if not isinstance(response, S3Response):
        return None
    bucket = response.backend.buckets.get(response.bucket_name)
    if bucket is None or _asks_where(response):
        return None
    if reading.signed_region(response) in {None, bucket.region_name}:
        response.region = bucket.region_name
        return None
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><Error><Code>PermanentRedirect</Code>'
        "<Message>The bucket you are attempting to access must be addressed using the specified "
        "endpoint. Please send all future requests to this endpoint.</Message>"
        f"<Endpoint>s3.{bucket.region_name}.amazonaws.com</Endpoint>"
        f"<Bucket>{bucket.name}</Bucket></Error>"
    )
    headers = {"x-amz-bucket-region": bucket.region_name, "Content-Type": "application/xml"}
    return PERMANENT_REDIRECT, headers, "" if response.method == "HEAD" else body


def _asks_where(response: S3Response) -> bool:
    """Whether a call is answered in every region: GetBucketLocation, and a creation."""
    query = set(parse_qs(urlparse(response.uri).query, keep_blank_values=True)) - {"x-id"}
    creating = response.method == "PUT" and not query and not response.parse_key_name()
    return creating or "location" in query
