"""Is the ledger whole? Every byte is read and checked, here, with no trust in the cloud."""

from __future__ import annotations

from typing import Any

import aws
from aws import identity, ledger
from aws.outputs import outputs
from cli.result import Result
from factory.exit_code import ExitCode
from factory.ledger.check import Report, verify


def run(arguments: Any) -> Result:
    """Verify, as an auditor, every segment up to the head; name the place of what is wrong."""
    found = outputs(arguments.stage)
    with aws.calling_as(identity.assumed(found["AuditorRoleArn"])):
        head = ledger.head(found["LedgerTable"])
        segments = ledger.versions(found["LedgerBucket"])
    markers = [key for key, data in segments if data is None]
    report = verify([(key, data) for key, data in segments if data is not None], head)
    return _result(found["LedgerBucket"], report, markers)


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
    return Result((*findings, summary), data, ExitCode.FAILED if findings else ExitCode.OK)
