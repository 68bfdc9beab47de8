"""What does the ledger hold, and is it whole? Read once, for both questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from cli import cloud
from cli.report.shape import Deed
from factory.errors import LedgerBroken
from factory.ledger import Head, Record, decode
from factory.ledger_check import verify

READERS = 4  # segments that are read at the same time


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The events in order, and what verification found."""

    bucket: str
    events: tuple[Record, ...]
    segments: int
    head: str
    """The digest of the last segment."""
    findings: tuple[str, ...]

    def of(self, *kinds: str, subject: str = "") -> Iterator[Record]:
        """Yield the events of any of *kinds*, and of *subject* if it is given."""
        for event in self.events:
            if event["type"] in kinds and subject in {"", event["subject"]}:
                yield event


def read(aws: Any, outputs: Mapping[str, str]) -> Ledger:
    """Read and verify every version of every segment; the head first, so that it is not newer."""
    bucket = outputs["LedgerBucket"]
    with cloud.told(f"reading the ledger in {bucket}"):
        head = _head(aws.client("dynamodb"), outputs["LedgerTable"])
        listed = _listed(aws.client("s3"), bucket)
    stored = [(key, body) for key, body in listed if body is not None]
    report = verify(stored, head)
    hidden = [f"{key}: deleted: a delete marker hides it" for key, body in listed if body is None]
    return Ledger(
        bucket=bucket,
        events=tuple(_events(stored)),
        segments=report.segments,
        head=report.tail.digest,
        findings=(*(str(finding) for finding in report.findings), *hidden),
    )


def deed(event: Record) -> Deed:
    """Return what a person reads of an event."""
    return Deed(
        at=event["time"],
        what=event["type"],
        subject=event["subject"],
        who=event["actor"],
        why=event["reason"],
    )


def _head(dynamodb: Any, table: str) -> Head | None:
    found = dynamodb.get_item(TableName=table, Key={"pk": {"S": "HEAD"}}, ConsistentRead=True)
    if "Item" not in found:
        return None
    return Head(index=int(found["Item"]["index"]["N"]), digest=found["Item"]["digest"]["S"])


def _listed(s3: Any, bucket: str) -> Sequence[tuple[str, bytes | None]]:
    """Return every version, the oldest first; None stands for a delete marker."""
    versions: list[tuple[str, Any, str, bool]] = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for kind, kept in (("Versions", True), ("DeleteMarkers", False)):
            versions += [
                (v["Key"], v["LastModified"], v["VersionId"], kept) for v in page.get(kind, [])
            ]

    def body(version: tuple[str, Any, str, bool]) -> tuple[str, bytes | None]:
        key, _, identity, kept = version
        where = {"Bucket": bucket, "Key": key, "VersionId": identity}
        return key, s3.get_object(**where)["Body"].read() if kept else None

    with ThreadPoolExecutor(READERS) as readers:
        return list(readers.map(body, sorted(versions)))


def _events(stored: Sequence[tuple[str, bytes]]) -> Iterator[Record]:
    """Yield the events of every segment that can be read, each once.

    A segment that cannot is no surprise here: it is among the findings.
    """
    heard: set[str] = set()
    for _, body in stored:
        try:
            segment = decode(body)
        except LedgerBroken:
            continue
        for event in segment.events:
            if event["id"] not in heard:
                heard.add(event["id"])
                yield event
