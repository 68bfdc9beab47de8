"""What does a verb answer?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from factory import reasons
from factory.exit_code import ExitCode

LONGEST_LINE = 10_000  # characters; what people wrote may hold anything, and drives no terminal


@dataclass(frozen=True)
class Result:
    """The answer of one verb, for people and for programs."""

    lines: tuple[str, ...]
    """What a person reads; each is printed as one line, whatever others wrote into it."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What `--json` prints."""
    code: ExitCode = ExitCode.OK


def show(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Print each of *lines* at once, as one line, so that what is hidden in it is written out."""
    for line in lines:
        print(reasons.shown(line, LONGEST_LINE), file=stream or sys.stdout, flush=True)
