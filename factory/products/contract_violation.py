"""Why was a file refused? In words that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factory import reasons

SAMPLE = 5  # offenders of one rule that are shown
NAMED = 20  # names in one sentence
LONGEST_NAME = 120  # characters of a column's name
LONGEST = 400  # characters of what was expected, or found: contracts list values by the hundred


@dataclass(frozen=True, kw_only=True)
class ContractViolation:
    """One rule of a contract that a file breaks.

    It tells rules, counts and line numbers, and nothing that the file holds: violations go to the
    ledger, which forgets nothing, and to people who may not see the data.
    """

    rule: str
    """What was checked: `file`, `header`, `row`, `type`, `required`, `rowCount` and so on."""
    column: str | None
    """Where; None for the file or the table as a whole."""
    count: int
    """How many rows, or things, break it."""
    expected: str
    found: str
    sample: tuple[str, ...] = ()
    """The lines of some offenders, the first in order."""

    def __post_init__(self) -> None:
        """Cut what is long, and write out what is hidden: a contract's patterns hold anything."""
        for field in ("expected", "found"):
            object.__setattr__(self, field, reasons.shown(getattr(self, field), LONGEST))
        if self.column is not None:
            object.__setattr__(self, "column", reasons.shown(self.column, LONGEST_NAME))

    def __str__(self) -> str:
        """Return the violation as one sentence."""
        where = f"column {self.column}: " if self.column else ""
        sample = f" (for example {', '.join(self.sample)})" if self.sample else ""
        return f"{where}{self.rule}: expected {self.expected}; found {self.found}{sample}"


def few(names: Sequence[str]) -> str:
    """Return the first of *names*, which are a contract's, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
