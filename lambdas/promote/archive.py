"""What has promotion written down for good, where nobody else can write, and what does it add?"""

from __future__ import annotations

import json
from typing import Any

import aws
from factory.errors import Conflict, FactoryError, NotFound
from factory.layout import objects
from factory.promotion.effects import Archive, Keep
from factory.promotion.found import LARGEST, Artifact
from factory.promotion.package import ApprovalRecord, Package, record_uri
from factory.promotion.rollback import RollbackRecord
from factory.settings import PromoteSettings


def measure(package: Package, settings: PromoteSettings) -> Artifact | None:
    """Return what S3 says of the artifact that the package points at; None when it is gone.

    S3 tells the digest of bytes only while it copies them: they are copied to where promotion alone
    writes, one version of the source to one place. Bytes that are not what was approved get no
    further than that.
    """
    uri = package.containers[0]["ModelDataUrl"]
    try:
        source = aws.s3_head(uri)
    except NotFound:
        return None
    size, version = source["ContentLength"], source["VersionId"]
    if size > LARGEST:
        return Artifact(size=size)
    target = objects.staged(settings.work_bucket, package.arn, version)
    staged, digest = _staged(uri, target, version)
    return Artifact(size=size, digest=digest, staged=target, version=staged)


def _staged(source: str, target: str, version: str) -> tuple[str, str]:
    try:
        return aws.s3_measured(target)
    except NotFound:
        return aws.s3_copy_measured(source, target, version=version)


def record(package: Package, settings: PromoteSettings) -> ApprovalRecord | None:
    """Return what was written down when this very approval was checked; None if it never was.

    Another person's approval of the same package, or a later one, is another approval.
    """
    body = read(record_uri(settings.approved_bucket, package))
    found = ApprovalRecord.stored(body) if body else None
    return found if found and found.about(package) else None


def archived(package: Package, settings: PromoteSettings) -> str | None:
    """Return the digest of the copy of the approved bytes; None when there is none."""
    try:
        return aws.s3_measured(objects.approved_model(settings.approved_bucket, package.artifact))[
            1
        ]
    except NotFound:
        return None


def baseline(package: Package, settings: PromoteSettings) -> bytes | None:
    """Return the baseline that was archived with the approved bytes."""
    return read(objects.approved_baseline(settings.approved_bucket, package.artifact))


def document(config: str, settings: PromoteSettings) -> dict[str, Any]:
    """Return what was written down about a configuration; empty when promotion made none."""
    body = read(objects.baseline(settings.approved_bucket, config)) if config else None
    return {} if body is None else dict(json.loads(body))


def guards(config: str, settings: PromoteSettings) -> dict[str, dict[str, Any]]:
    """Return the alarms that guard a configuration, with the settings that were asked for."""
    body = read(objects.deployment(settings.approved_bucket, config))
    return {} if body is None else dict(json.loads(body)["alarms"])


def rollback(config: str, settings: PromoteSettings) -> RollbackRecord | None:
    """Return what was written down if a rollback made *config*."""
    body = read(objects.rollback(settings.approved_bucket, config))
    return None if body is None else RollbackRecord.of(body)


def read(uri: str) -> bytes | None:
    """Return the bytes of an object; None when it is not there."""
    try:
        return aws.s3_get(uri)
    except NotFound:
        return None


def keep(document: Keep) -> None:
    """Write a document once; what is there already was written for the same message."""
    try:
        aws.s3_put(document.uri, document.body, if_none_match=True)
    except Conflict:
        return


def copy(wanted: Archive) -> None:
    """Let S3 copy the staged bytes, and compare the digest that it says with the approved one."""
    try:
        _, digest = aws.s3_copy_measured(
            wanted.source, wanted.target, version=wanted.version, if_none_match=True
        )
    except Conflict:
        _, digest = aws.s3_measured(wanted.target)
    if digest != wanted.digest:
        raise FactoryError(
            f"the copy at {wanted.target} has SHA-256 {digest or 'unknown'}, approved was "
            f"{wanted.digest}; nothing serves from it, find out who wrote it"
        )
