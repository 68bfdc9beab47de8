"""What does a verb answer?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OK, NO, USAGE, TROUBLE = 0, 1, 2, 3
"""Exit codes: done; the answer is no; called wrongly; AWS or the machine refused."""


@dataclass(frozen=True)
class Result:
    """The answer of one verb, for people and for programs."""

    lines: tuple[str, ...]
    """What a person reads."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What `--json` prints."""
    code: int = OK
    """The exit code."""
