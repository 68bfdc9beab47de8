"""What is one row of the table "AWS says / we say"?"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

REFUSED = "NotImplementedByLocalCloud"


@dataclass(frozen=True)
class Other:
    """An answer that is not AWS's, and what settles why it stands."""

    answer: Any
    verdict: str
    """Who is right, after which document of AWS; for ours, why it is a refusal by name."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One behaviour: what AWS says, where it is written, and how it is tried."""

    id: str
    area: str
    needs: frozenset[str]
    """The services that a cloud must have for the row to be tried there."""
    says: str
    source: str
    answer: Any
    """What AWS would give back for *attempt*, as plain data."""
    attempt: Callable[[Any], Any]
    """Tries the behaviour through boto3 alone, in a `World`, and returns what came of it."""
    ours: Other | None = None
    """Where the local cloud does not do it: its refusal, which has to name what was asked."""
    ministack: Other | None = None

    @property
    def our_answer(self) -> Any:
        """Return what the local cloud has to give back."""
        return self.ours.answer if self.ours else self.answer


TABLE: list[Row] = []


Attempt = Callable[[Any], Any]


def truth(area: str, source: str, answer: Any, *, needs: str = "") -> Callable[[Attempt], Attempt]:
    """Make a row of a function; its name is the row's id, its docstring what AWS says."""

    def enter(attempt: Attempt) -> Attempt:
        TABLE.append(
            Row(
                id=f"{area}/{attempt.__name__.replace('_', '-')}",
                area=area,
                needs=frozenset(needs.split() or [area]),
                says=" ".join((attempt.__doc__ or "").split()),
                source=source,
                answer=answer,
                attempt=attempt,
            )
        )
        return attempt

    return enter


def we_refuse(because: str) -> Callable[[Attempt], Attempt]:
    """Say of the row below that the local cloud answers with a refusal by name, and why."""
    return _amending(lambda row: replace(row, ours=Other(REFUSED, because)))


def ministack_says(answer: Any, verdict: str) -> Callable[[Attempt], Attempt]:
    """Say of the row below that MiniStack answers otherwise, and what settles who is right."""
    return _amending(lambda row: replace(row, ministack=Other(answer, verdict)))


def _amending(change: Callable[[Row], Row]) -> Callable[[Attempt], Attempt]:
    def amend(attempt: Attempt) -> Attempt:
        place = next(n for n, row in enumerate(TABLE) if row.attempt is attempt)
        TABLE[place] = change(TABLE[place])
        return attempt

    return amend


def table() -> list[Row]:
    """Return every row of the modules under rows/, in the order of their files."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent / "rows")]):
        importlib.import_module(f"localcloud.truths.rows.{module.name}")
    return TABLE
