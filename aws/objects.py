"""How are bytes stored and read? Objects of S3, by their URIs."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlparse

from aws.calls import client, pages, translated


def place(uri: str) -> dict[str, str]:
    """Split `s3://bucket/key` into the arguments Bucket and Key."""
    parsed = urlparse(uri, allow_fragments=False)
    return {"Bucket": parsed.netloc, "Key": uri[len(f"s3://{parsed.netloc}/") :]}


def _version(version: str | None) -> dict[str, str]:
    return {"VersionId": version} if version else {}


def s3_get(uri: str, version: str | None = None) -> bytes:
    """Return the bytes of one object; NotFound when it is not there."""
    with translated(uri):
        body = client("s3").get_object(**place(uri), **_version(version))["Body"]
        return bytes(body.read())


def s3_range(uri: str, start: int, end: int) -> bytes:
    """Return the bytes from *start* up to and without *end* of one object."""
    with translated(uri):
        body = client("s3").get_object(**place(uri), Range=f"bytes={start}-{end - 1}")["Body"]
        return bytes(body.read())


def s3_chunks(uri: str) -> Iterator[bytes]:
    """Yield the bytes of one object piece by piece, so that any size fits."""
    with translated(uri):
        body = client("s3").get_object(**place(uri))["Body"]
        yield from body.iter_chunks(2**20)


def s3_read(uri: str) -> tuple[bytes, str]:
    """Return the bytes of one object and its ETag; NotFound when it is not there."""
    with translated(uri):
        answer = client("s3").get_object(**place(uri))
        return bytes(answer["Body"].read()), str(answer["ETag"])


def s3_delete(uri: str) -> None:
    """Delete an object; one that is gone does no harm. A versioned bucket keeps what it was."""
    with translated(uri):
        client("s3").delete_object(**place(uri))


def s3_put(uri: str, body: bytes, *, if_none_match: bool = False, if_match: str = "") -> str | None:
    """Write an object and return its version.

    Conflict when *if_none_match* and it exists, or when its ETag is not *if_match*; NotFound when
    one is asked for and there is no object; Throttled when another write was under way.
    """
    condition = {"IfNoneMatch": "*"} if if_none_match else {}
    condition |= {"IfMatch": if_match} if if_match else {}
    with translated(uri):
        answer = client("s3").put_object(**place(uri), Body=body, **condition)
    version: str | None = answer.get("VersionId")
    return version


def s3_put_parts(uri: str, parts: Sequence[bytes]) -> str:
    """Write an object in *parts*, each but the last of 5 MiB or more; return its version."""
    where = place(uri)
    with translated(uri):
        s3 = client("s3")
        upload = {**where, "UploadId": s3.create_multipart_upload(**where)["UploadId"]}
        done = [
            {"PartNumber": n, "ETag": s3.upload_part(**upload, PartNumber=n, Body=part)["ETag"]}
            for n, part in enumerate(parts, start=1)
        ]
        answer = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": done})
    return str(answer["VersionId"])


def s3_head(uri: str, version: str | None = None) -> dict[str, Any]:
    """Return what S3 says of an object; NotFound when it is not there."""
    with translated(uri):
        return dict(client("s3").head_object(**place(uri), **_version(version)))


def s3_list(prefix: str) -> list[str]:
    """Return the URIs of all objects below *prefix*, sorted by key."""
    where = place(prefix)
    found = pages("s3", "list_objects_v2", "Contents", Bucket=where["Bucket"], Prefix=where["Key"])
    return [f"s3://{where['Bucket']}/{key}" for key in sorted(item["Key"] for item in found)]


def s3_any_version(bucket: str) -> bool:
    """Tell whether a bucket holds anything at all, deleted or not."""
    with translated(bucket):
        found = client("s3").list_object_versions(Bucket=bucket, MaxKeys=1)
    return bool(found.get("Versions") or found.get("DeleteMarkers"))


class Listed(NamedTuple):
    """One object of a listing."""

    modified: datetime
    uri: str


def s3_by_time(prefix: str) -> list[Listed]:
    """Return all objects below *prefix*, the oldest first."""
    where = place(prefix)
    found = pages("s3", "list_objects_v2", "Contents", Bucket=where["Bucket"], Prefix=where["Key"])
    return sorted(
        Listed(item["LastModified"], f"s3://{where['Bucket']}/{item['Key']}") for item in found
    )


def s3_download(uri: str, path: Path, version: str | None = None) -> None:
    """Write the bytes of one object to *path*, chunk by chunk."""
    with translated(uri), path.open("wb") as file:
        body = client("s3").get_object(**place(uri), **_version(version))["Body"]
        for chunk in body.iter_chunks(2**20):
            file.write(chunk)


def s3_create(path: Path, uri: str, sha256: str) -> None:
    """Write the file at *path*, whose SHA-256 is *sha256*, from disk; Conflict when *uri* exists.

    S3 keeps the digest, and refuses bytes that do not have it.
    """
    checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
    kept = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum}
    with translated(uri), path.open("rb") as file:
        client("s3").put_object(**place(uri), Body=file, IfNoneMatch="*", **kept)


def s3_sha256(uri: str) -> str:
    """Return the SHA-256 that S3 keeps of an object; empty when it was written without one."""
    with translated(uri):
        found = client("s3").head_object(**place(uri), ChecksumMode="ENABLED")
    return base64.b64decode(found.get("ChecksumSHA256", "")).hex()


def s3_copy(source: str, target: str, version: str | None = None) -> None:
    """Copy one object, or one *version* of it, without its tags: to read them is another right."""
    origin = {**place(source), **_version(version)}
    with translated(f"{source} to {target}"):
        client("s3").copy_object(**place(target), CopySource=origin, TaggingDirective="REPLACE")
