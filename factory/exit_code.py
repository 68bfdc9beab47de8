"""How does the `factory` command end, for shells and programs?"""

from __future__ import annotations

from enum import IntEnum

from factory.errors import ServiceError


class ExitCode(IntEnum):
    """What a verb came to."""

    OK = 0
    """Done."""
    NO = 1
    """The answer is no: something was found wrong, or a person or a rule refuses."""
    USAGE = 2
    """The command was called wrongly; argparse ends so."""
    TROUBLE = 3
    """AWS or the machine refused."""


def of(error: Exception) -> ExitCode:
    """Return the code for what a verb raised."""
    return ExitCode.TROUBLE if isinstance(error, ServiceError) else ExitCode.NO
