"""How do S3 objects become files, and files objects?"""

from __future__ import annotations

import contextlib
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlparse

from botocore.exceptions import ClientError

from localcloud import places

MOST_BYTES = 5 << 30
"""What one object of a container may be: S3's own limit of one upload, and held in memory here."""

UNDER_A_KEY = {"ServerSideEncryption": "aws:kms"}
"""Of an upload that names no key: it is then under S3's own, of the account of who uploads."""


class TransferError(Exception):
    """Data that could not be fetched or stored; the text is a FailureReason."""


def split(uri: str) -> tuple[str, str]:
    """Take ``s3://bucket/key`` apart."""
    parsed = urlparse(uri)
    if parsed.scheme != "s3" or not parsed.netloc:
        raise TransferError(f"ClientError: {uri!r} is not an S3 URI: it starts with s3://BUCKET/.")
    return parsed.netloc, parsed.path.removeprefix("/")


def read(s3: Any, uri: str) -> str:
    """Return the text of one object."""
    bucket, key = split(uri)
    return str(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())


def download(s3: Any, uri: str, place: Path, role: str) -> None:
    """Fetch every object that starts with *uri* (SageMaker's S3Prefix) into the directory *place*.

    An object that is the prefix itself keeps its base name; others keep their path below it.
    """
    bucket, prefix = split(uri)
    place.mkdir(parents=True, exist_ok=True)
    try:
        found = 0
        for key in _keys(s3, bucket, prefix):
            target = place / _inside(_relative(key, prefix))
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, key, str(target))
            found += 1
    except ClientError as error:
        raise _failure("Data download failed", uri, error) from error
    except (OSError, ValueError) as error:  # no file can have this name, or two have it
        reason = f"ClientError: Data download failed: {key!r} cannot be a file: {error}"
        raise TransferError(reason) from error
    if not found:
        raise TransferError(_nothing(uri, bucket, role))


def fetch(s3: Any, uri: str, place: Path) -> None:
    """Fetch one object into the file *place*."""
    bucket, key = split(uri)
    try:
        s3.download_file(bucket, key, str(place))
    except ClientError as error:
        raise _failure("Data download failed", uri, error) from error


def upload(
    s3: Any, find: Callable[[Path], Path | None], place: Path, uri: str, **settings: str
) -> None:
    """Store every file below the directory *place* under the prefix *uri*.

    *find* returns the file that is meant by a path, and raises ValueError for what is none of the
    container's own.
    """
    bucket, prefix = split(uri)
    with _telling():
        for path in sorted(place.rglob("*")):
            file = find(path)
            if file is not None:
                inner = path.relative_to(place).as_posix()
                key = "/".join(part for part in (prefix.rstrip("/"), inner) if part)
                key.encode()  # or it has no name in S3
                _put(s3, file, bucket, key, settings)


def upload_archive(s3: Any, places: list[Path], uri: str, archive: Path, **settings: str) -> None:
    """Pack what is directly in *places* into a tar.gz and store it at *uri*."""
    with _telling(), tarfile.open(archive, "w:gz") as tar:
        for place in places:
            for entry in sorted(place.iterdir()) if place.is_dir() else [place]:
                tar.add(entry, arcname=entry.name, filter=_packable)
    _put(s3, archive, *split(uri), settings)


@contextlib.contextmanager
def _telling() -> Iterator[None]:
    """Let what a container has left fail its job alone: no name is too odd, no tree too deep."""
    try:
        yield
    except (ValueError, OSError, RecursionError) as error:
        raise TransferError(f"ClientError: Data upload failed: {error}") from error


def _packable(member: tarfile.TarInfo) -> tarfile.TarInfo:
    _demand_size(member.name, member.size)
    return member


def _demand_size(name: str, size: int) -> None:
    """Refuse what would fill the memory: a file with holes may be of any size."""
    if size > MOST_BYTES:
        reason = f"EntityTooLarge: {name} has {size} bytes, and {MOST_BYTES} at most are taken here"
        raise TransferError(f"ClientError: Data upload failed: {reason}")


def unpack(archive: Path, place: Path) -> None:
    """Unpack a model's tar.gz; members that would land elsewhere are refused."""
    place.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(place, filter=_member)  # noqa: S202 - what it refuses is told there
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise TransferError(
            f"ClientError: {archive.name} is not a readable tar.gz: {error}"
        ) from error


def _member(member: tarfile.TarInfo, place: str) -> tarfile.TarInfo | None:
    """Admit a member that goes nowhere but down: Python's own filter alone can be led out by links.

    (CVE-2025-4517 and its kin, which the later releases of each Python have mended.)
    """
    _inside(member.name.lstrip("/"))
    _inside(member.linkname)
    return tarfile.data_filter(member, place)


def _inside(path: str) -> str:
    """Return a path that is below where it begins; raise ValueError for another."""
    if ".." in PurePosixPath(path).parts or PurePosixPath(path).is_absolute():
        raise ValueError(f"{path!r} leads out of its folder")
    return path


def encryption(key: str | None) -> dict[str, str]:
    """Name the settings that encrypt an upload with *key*, if one is given."""
    return {**UNDER_A_KEY, "SSEKMSKeyId": key} if key else {}


def _put(s3: Any, file: Path, bucket: str, key: str, settings: dict[str, str]) -> None:
    _demand_size(file.name, file.stat().st_size)
    try:
        with file.open("rb") as body:
            s3.put_object(Bucket=bucket, Key=key, Body=body, **settings)
    except ClientError as error:
        raise _failure("Data upload failed", f"s3://{bucket}/{key}", error) from error


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if not found["Key"].endswith("/"):
                yield found["Key"]


def _relative(key: str, prefix: str) -> str:
    if key == prefix:
        return key.rsplit("/", 1)[-1]
    if prefix and not prefix.endswith("/") and not key.startswith(f"{prefix}/"):
        return key[prefix.rfind("/") + 1 :]  # the prefix ends within a name
    return key.removeprefix(prefix).lstrip("/")


def _failure(what: str, uri: str, error: ClientError) -> TransferError:
    answer = error.response["Error"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
    code = "AccessDenied" if answer["Code"] in {"403", "AccessDenied"} else answer["Code"]
    return TransferError(f"ClientError: {what}: {code} ({status}): {answer['Message']} [{uri}]")


def _nothing(uri: str, bucket: str, role: str) -> str:
    return (
        f'ClientError: Data download failed:No S3 objects found under S3 URL "{uri}" given in input'
        f" data source. Please ensure that the bucket exists in the selected region"
        f" ({places.here().region}), that objects exist under that S3 prefix, and that the role"
        f' "{role}" has "s3:ListBucket" permissions on bucket "{bucket}".'
    )
