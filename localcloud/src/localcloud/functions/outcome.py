"""What did a run of a function end with?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The JSON text a run ended with, whether it was an error, and what it printed."""

    text: str
    error: bool
    output: str
    request_id: str
