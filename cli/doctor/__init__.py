"""What does this machine lack, and how does one get it? Needs nothing but a bare Python."""

from __future__ import annotations

import dataclasses
from typing import Any

from cli.doctor import environment, machine, tools
from cli.doctor.finding import Finding
from cli.result import Result
from factory.exit_code import ExitCode


def run(_arguments: Any) -> Result:
    """Look at everything; answer no if something required is not as it must be."""
    findings = (*environment.findings(), *tools.findings(), *machine.findings())
    lacking = [f.what for f in findings if f.required and not f.good]
    last = f"not ready: {', '.join(lacking)}" if lacking else "ready"
    lines = [line for finding in findings for line in _lines(finding)]
    data = {"ready": not lacking, "findings": [dataclasses.asdict(f) for f in findings]}
    return Result((*lines, last), data, ExitCode.NO if lacking else ExitCode.OK)


def _lines(finding: Finding) -> list[str]:
    optional = "" if finding.required else f" (optional: {finding.purpose})"
    lines = [f"{finding.state:<8} {finding.what}: {finding.found}{optional}"]
    if not finding.good:
        lines.append(f"         get it: {finding.mend}")
    return lines
