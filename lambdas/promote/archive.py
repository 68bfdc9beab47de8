"""What does promotion write down for good, where nobody else can write?"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

import aws
from factory.errors import Conflict, NotFound, Refused
from factory.layout import objects
from factory.promotion import package
from factory.promotion.package import Approved
from factory.settings import PromoteSettings


def kept(said: Approved, settings: PromoteSettings) -> bool:
    """Say whether this very approval was checked and kept before.

    Another person's approval of the same package, or a later one, is another approval.
    """
    try:
        record = json.loads(aws.s3_get(package.record_uri(settings.approved_bucket, said)))
    except NotFound:
        return False
    return bool(record == package.record(said))


def keep(said: Approved, body: bytes, settings: PromoteSettings) -> None:
    """Write the approved bytes and the approval down for good."""
    _put_once(package.copy_uri(settings.approved_bucket, said), body)
    copy(said, settings)
    record = json.dumps(package.record(said), sort_keys=True).encode()
    _put_once(package.record_uri(settings.approved_bucket, said), record)


def copy(said: Approved, settings: PromoteSettings) -> bytes:
    """Return the kept bytes; Refused unless they are what was approved."""
    uri = package.copy_uri(settings.approved_bucket, said)
    body = aws.s3_get(uri)
    if hashlib.sha256(body).hexdigest() != said.artifact:
        raise Refused(f"the copy at {uri} is not what was approved")
    return body


def keep_baseline(said: Approved, config: str, failed: str, settings: PromoteSettings) -> str:
    """Write down what traffic to *config* is compared with, and how it is probed.

    With it goes which configuration had *failed* before it, whose incident is open: an endpoint
    that is made anew forgets it. Returns what the first who wrote it down knew of that.
    """
    files = _read(copy(said, settings), "metadata.json", "baseline.json")
    document = {
        "model": said.model,
        "version": said.version,
        "package": said.package,
        "artifact": said.artifact,
        "config": config,
        "failed": failed,
        "features": files["metadata.json"]["features"],
        "baseline": files["baseline.json"],
    }
    uri = objects.baseline(settings.approved_bucket, config)
    if _put_once(uri, json.dumps(document, sort_keys=True).encode()):
        return failed
    return str(json.loads(aws.s3_get(uri)).get("failed", ""))


def keep_rollback(config: str, record: Mapping[str, Any], settings: PromoteSettings) -> None:
    """Write down who has *config* serve instead of what, and why."""
    _put_once(_rollback_uri(config, settings), json.dumps(record, sort_keys=True).encode())


def rollback(config: str, settings: PromoteSettings) -> Mapping[str, Any] | None:
    """Return what was written down if a rollback made *config*."""
    try:
        found: Mapping[str, Any] = json.loads(aws.s3_get(_rollback_uri(config, settings)))
    except NotFound:
        return None
    return found


def _rollback_uri(config: str, settings: PromoteSettings) -> str:
    return f"s3://{settings.approved_bucket}/rollbacks/{config}.json"


def _read(archive: bytes, *names: str) -> dict[str, Any]:
    """Return JSON files of an artifact; other members are not looked at."""
    found: dict[str, Any] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        for member in members:
            name = member.name.removeprefix("./")
            file = members.extractfile(member) if name in names else None
            if file:
                found[name] = json.load(file)
    if missing := sorted(set(names) - set(found)):
        raise Refused(f"the artifact has no {', '.join(missing)}; the recipe must write it")
    return found


def _put_once(uri: str, body: bytes) -> bool:
    """Say whether it was written here; else it is a redelivery, and somebody was first."""
    try:
        aws.s3_put(uri, body, if_none_match=True)
    except Conflict:
        return False
    return True
