"""Does a landed file keep its contract, and what are its rows? Every file has an answer.

What the engine does not manage is a reason to refuse the file, like any other: without an answer
the same file would come again and again, and nobody would be told.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engines import checks, landing, snapshot
from engines.database import confined
from factory.products.contract import Contract
from factory.products.contract_violation import ContractViolation


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What became of a file."""

    violations: tuple[ContractViolation, ...]
    """Why it is refused; empty where it is not."""
    rows: int = 0
    """How many were written."""


def examine(packed: Path, contract: Contract, folder: Path, target: Path) -> Examined:
    """Check the .csv.gz at *packed*, and write its rows to *target* if it keeps *contract*.

    All that is needed on the way lies in *folder*, and *target* too.
    """
    try:
        with confined(folder) as database:
            if found := checks.examine(packed, contract, database, folder):
                return Examined(violations=found)
            return Examined(violations=(), rows=snapshot.write(contract, database, target))
    except landing.MisreadError as exc:
        return Examined(violations=(_misread(exc),))
    except (duckdb.Error, MemoryError) as exc:
        return Examined(violations=(_gave_up(exc),))
    except OSError as exc:
        if exc.errno != errno.ENOSPC:
            raise
        return Examined(violations=(_gave_up(exc),))


def _misread(error: landing.MisreadError) -> ContractViolation:
    """Return that a file has two readings; the numbers are all that is told."""
    return ContractViolation(
        rule="engine",
        column=None,
        count=1,
        expected="rows that every reader of CSV reads alike",
        found=f"{error}; quote every text, and end every line with a line feed",
    )


def _gave_up(error: BaseException) -> ContractViolation:
    """Return what the engine did not manage, without its words: they may quote the file."""
    return ContractViolation(
        rule="engine",
        column=None,
        count=1,
        expected="a file that can be checked in the function's memory and disk",
        found=f"more than that ({type(error).__name__}); land it in parts",
    )
