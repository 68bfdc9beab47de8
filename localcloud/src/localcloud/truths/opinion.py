"""Where do two clouds disagree, and is it settled who is right?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from localcloud.truths.row import Row


class Verdict(Enum):
    """What became of one row in the other cloud."""

    AGREED = "agrees"
    SETTLED = "settled"
    """It answers as the row says it does, and the row says who is right."""
    OUTDATED = "outdated"
    """The row describes a disagreement that is over: take it out of the row."""
    OPEN = "OPEN"
    """It answers what nobody has judged yet."""
    LACKING = "lacking"
    """It does not have the service."""


@dataclass(frozen=True)
class Opinion:
    """One row, what the other cloud answered, and how that stands to the row."""

    row: Row
    verdict: Verdict
    answer: Any = None

    def __str__(self) -> str:
        """Write it in a line, or in three where it has to be judged."""
        line = f"{self.verdict.value:<9}{self.row.id}"
        if self.verdict is Verdict.OPEN:
            return (
                f"{line}\n         AWS: {self.row.answer!r} ({self.row.source})"
                f"\n         MiniStack: {self.answer!r}"
            )
        if self.verdict is Verdict.SETTLED and self.row.ministack:
            return f"{line}: {self.row.ministack.verdict}"
        return line


def opinions(rows: Iterable[Row], answers: Mapping[str, Any]) -> list[Opinion]:
    """Judge every row by the other cloud's answers; a row without one could not be tried."""
    return [
        Opinion(row, _verdict(row, answers[row.id]), answers[row.id])
        if row.id in answers
        else Opinion(row, Verdict.LACKING)
        for row in rows
    ]


def _verdict(row: Row, answer: Any) -> Verdict:
    if row.ministack and answer == row.ministack.answer:
        return Verdict.SETTLED
    if answer != row.answer:
        return Verdict.OPEN
    return Verdict.OUTDATED if row.ministack else Verdict.AGREED
