"""Is the ledger whole? Every byte is read and checked, here, with no trust in the cloud."""

from __future__ import annotations

from typing import Any

from cli import cloud, ledger
from cli.result import NO, OK, Result
from factory.ledger.check import Report, verify


def run(_arguments: Any) -> Result:
    """Verify, as an auditor, every segment up to the head; name the place of what is wrong."""
    found = cloud.outputs(cloud.session())
    bucket = found["LedgerBucket"]
    with cloud.told(f"reading the ledger in {bucket} as an auditor"):
        aws = cloud.assume(cloud.session(), found["AuditorRoleArn"])
        head = ledger.head(aws.client("dynamodb"), found["LedgerTable"])
        segments = ledger.versions(aws.client("s3"), bucket)
    markers = [key for key, data in segments if data is None]
    report = verify([(key, data) for key, data in segments if data is not None], head)
    return _result(bucket, report, markers)


def _result(bucket: str, report: Report, markers: list[str]) -> Result:
    findings = [str(finding) for finding in report.findings]
    findings += [f"{key}: {ledger.HIDDEN}" for key in markers]
    data = {
        "bucket": bucket,
        "segments": report.segments,
        "events": report.events,
        "last": report.tail.index,
        "findings": findings,
    }
    summary = f"{report.events} events in {report.segments} segments: {len(findings)} findings"
    return Result((*findings, summary), data, NO if findings else OK)
