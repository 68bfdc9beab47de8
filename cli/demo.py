"""Does a model's whole lifecycle work on this machine? Shown step by step."""

from __future__ import annotations

from typing import Any

import demo
from cli.result import Result
from factory.exit_code import ExitCode


def run(arguments: Any) -> Result:
    """Run the demo; its results and its page are in build/demo. Exit code 1 if a step failed."""
    steps = demo.run(quiet=arguments.json)
    failed = sum(not step["ok"] for step in steps)
    last = f"demo: {len(steps) - failed} steps passed, {failed} failed"
    code = ExitCode.FAILED if failed else ExitCode.OK
    return Result((last,), {"steps": steps, "summary": last}, code)
