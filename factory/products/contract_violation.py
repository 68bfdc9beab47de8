"""Why was a file refused? In words that a person can act on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ContractViolation:
    """One rule of a contract that a file breaks.

    It names keys and never values: violations go to the ledger, which forgets nothing.
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
    """The keys (or line numbers) of some offenders, the first in order."""

    def __str__(self) -> str:
        """Return the violation as one sentence."""
        where = f"column {self.column}: " if self.column else ""
        sample = f" (for example {', '.join(self.sample)})" if self.sample else ""
        return f"{where}{self.rule}: expected {self.expected}; found {self.found}{sample}"
