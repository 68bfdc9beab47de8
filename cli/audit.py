"""Is the ledger whole? Every byte is read and checked, here, with no trust in the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli import cloud
from cli.result import NO, OK, Result
from factory.ledger import Head
from factory.ledger_check import Report, verify


def run(_arguments: Any) -> Result:
    """Verify, as an auditor, every segment up to the head; name the place of what is wrong."""
    found = cloud.outputs(cloud.session())
    bucket = found["LedgerBucket"]
    with cloud.told(f"reading the ledger in {bucket} as an auditor"):
        aws = cloud.assume(cloud.session(), found["AuditorRoleArn"])
        head = _head(aws.client("dynamodb"), found["LedgerTable"])
        segments = list(_segments(aws.client("s3"), bucket))
    markers = [key for key, data in segments if data is None]
    report = verify([(key, data) for key, data in segments if data is not None], head)
    return _result(bucket, report, markers)


def _head(dynamodb: Any, table: str) -> Head | None:
    """Return what the index remembers as the last segment; read first, so that it is not newer."""
    item = dynamodb.get_item(TableName=table, Key={"pk": {"S": "HEAD"}}, ConsistentRead=True)
    if "Item" not in item:
        return None
    return Head(index=int(item["Item"]["index"]["N"]), digest=item["Item"]["digest"]["S"])


def _segments(s3: Any, bucket: str) -> Iterator[tuple[str, bytes | None]]:
    """Yield every version of every object, the oldest first; None stands for a delete marker."""
    versions: list[tuple[str, Any, str, bool]] = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for kind, marker in (("Versions", False), ("DeleteMarkers", True)):
            versions += [
                (v["Key"], v["LastModified"], v["VersionId"], marker) for v in page.get(kind, [])
            ]
    for key, _, version, marker in sorted(versions):
        where = {"Bucket": bucket, "Key": key, "VersionId": version}
        yield key, None if marker else s3.get_object(**where)["Body"].read()


def _result(bucket: str, report: Report, markers: list[str]) -> Result:
    findings = [str(finding) for finding in report.findings]
    findings += [f"{key}: deleted: a delete marker hides what was written" for key in markers]
    data = {
        "bucket": bucket,
        "segments": report.segments,
        "events": report.events,
        "last": report.tail.index,
        "findings": findings,
    }
    summary = f"{report.events} events in {report.segments} segments: {len(findings)} findings"
    return Result((*findings, summary), data, NO if findings else OK)
