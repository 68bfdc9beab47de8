"""What must whoever decides about a version know? `factory approve` prints the same."""

from __future__ import annotations

from typing import Any

from aws.outputs import outputs
from cli.result import Result
from cli.review import facts, text


def run(arguments: Any) -> Result:
    """Show what a version was judged by and what it loosens; nothing is decided."""
    found = facts.read(outputs(arguments.stage), arguments.model, arguments.version)
    return Result(tuple(text.lines(found)), found)
