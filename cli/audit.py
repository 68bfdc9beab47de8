"""Is the ledger whole? Every byte is read and checked, here, with no trust in the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws
from aws import identity, ledger
from aws.outputs import STAGE, outputs
from cli import tail
from cli.result import Result
from factory import stage
from factory.errors import NotFound
from factory.exit_code import ExitCode
from factory.ledger.chain import Head
from factory.ledger.check import Remembered, Report, verify

PUBLISHED = ("AuditorRoleArn", "LedgerBucket", "LedgerTable")


def run(arguments: Any) -> Result:
    """Verify, as an auditor, the segments, their index and their locks, and name what is wrong.

    What was seen is compared with what the caller remembers, and with what this machine noted the
    last time; it is noted again when nothing is wrong.
    """
    given = _given(arguments.tail)
    found = _published(outputs(arguments.stage))
    note = tail.Note.of(found[STAGE], identity.account(), identity.region())
    if arguments.forget:
        note.forget()
    known = note.read()
    bucket = found["LedgerBucket"]
    with aws.calling_as(identity.assumed(found["AuditorRoleArn"])):
        whole = ledger.ledger(bucket, found["LedgerTable"], identity.service_time())
        remembered = [each for each in (given, known) if each]
        report = verify(whole, stage.stage(found[STAGE]), remembered)
    if report.sound:
        note.write(bucket, report.tail)
    return _result(bucket, report, remembered)


def _given(text: str) -> Remembered | None:
    """Return what the caller remembers; the form has been checked."""
    number, _, digest = text.partition(":")
    return Remembered(tail=Head(index=int(number), digest=digest), by="--tail") if text else None


def _published(found: Mapping[str, str]) -> Mapping[str, str]:
    if missing := [name for name in PUBLISHED if name not in found]:
        raise NotFound(
            f"the stacks of {found[STAGE]} here publish no {', '.join(missing)}: the ledger is of "
            "another account, or its stack is gone; nothing was verified"
        )
    return found


def _result(bucket: str, report: Report, remembered: list[Remembered]) -> Result:
    findings = [str(finding) for finding in report.findings]
    last = f"{report.tail.index}:{report.tail.digest}"
    data = {
        "bucket": bucket,
        "segments": report.segments,
        "events": report.events,
        "last": report.tail.index,
        "tail": last,
        "compared": [f"{each.tail.index}:{each.tail.digest}" for each in remembered],
        "aside": report.aside,
        "findings": findings,
    }
    summary = f"{report.events} events in {report.segments} segments: {len(findings)} findings"
    lines = (*findings, *_aside(report), _compared(remembered), f"tail {last}", summary)
    return Result(lines, data, ExitCode.FAILED if findings else ExitCode.OK)


def _compared(remembered: list[Remembered]) -> str:
    if not remembered:
        return "compared with nothing: no tail was given or noted here before; keep this one"
    return "compared with " + ", ".join(f"segment {m.tail.index} of {m.by}" for m in remembered)


def _aside(report: Report) -> list[str]:
    return [
        f"{count} x {kind}: messages that were set aside" for kind, count in report.aside.items()
    ]
