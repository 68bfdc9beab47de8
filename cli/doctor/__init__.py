"""What does this machine lack, and how does one get it? Needs nothing but a bare Python.

With `--stage` it also asks the account, with the packages of the environment.
"""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

from cli.doctor import environment, machine, tools
from cli.doctor.check import Check
from cli.result import Result
from factory.exit_code import ExitCode


def run(arguments: Any) -> Result:
    """Check everything; fail if something required is not as it must be."""
    checks = [*environment.checks(), *tools.checks(), *machine.checks()]
    if arguments.stage:
        checks += importlib.import_module("cli.doctor.account").checks(arguments.stage)
    lacking = [f.what for f in checks if f.required and not f.good]
    last = f"not ready: {', '.join(lacking)}" if lacking else "ready"
    lines = [line for check in checks for line in _lines(check)]
    data = {"ready": not lacking, "checks": [dataclasses.asdict(f) for f in checks]}
    return Result((*lines, last), data, ExitCode.FAILED if lacking else ExitCode.OK)


def _lines(check: Check) -> list[str]:
    optional = "" if check.required else f" (optional: {check.purpose})"
    lines = [f"{check.state:<8} {check.what}: {check.found}{optional}"]
    if not check.good:
        lines.append(f"         get it: {check.fix}")
    return lines
