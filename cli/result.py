"""What does a verb answer?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from factory.exit_code import ExitCode


@dataclass(frozen=True)
class Result:
    """The answer of one verb, for people and for programs."""

    lines: tuple[str, ...]
    """What a person reads."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What `--json` prints."""
    code: ExitCode = ExitCode.OK
