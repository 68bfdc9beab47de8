"""How does the `factory` command end, for shells and programs?"""

from __future__ import annotations

from enum import IntEnum

from factory.errors import ServiceError


class ExitCode(IntEnum):
    """What a verb came to."""

    OK = 0
    """Done."""
    FAILED = 1
    """Something was found wrong, or a person or a rule refuses."""
    USAGE = 2
    """The command was called wrongly; argparse ends so."""
    ERROR = 3
    """AWS or the machine refused."""


def of(error: Exception) -> ExitCode:
    """Return the code for what a verb raised."""
    return ExitCode.ERROR if isinstance(error, ServiceError) else ExitCode.FAILED
