"""Is a landed file a table of the contract's columns at all? Its bytes, header and rows."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engines import header
from engines.database import name, text
from engines.text import Lines, TooLargeError
from factory.errors import FactoryError
from factory.products.contract import Contract
from factory.products.contract_violation import SAMPLE, ContractViolation
from factory.values import BLANKS

LINE = ":line"
"""The column of `landed` that says on which line of the file a row ended; no contract has it."""
READ = "auto_detect=false, header=false, delim=',', quote='\"', escape='\"', parallel=false"
READ += ", new_line='\\n', max_line_size=67108864, nullstr=''"


class MisreadError(FactoryError):
    """The engine reads other rows than were written: what it would publish is not the file."""


@dataclass
class _Odd:
    """Records that have too few or too many fields."""

    count: int = 0
    first: list[int] = field(default_factory=list)
    """The numbers of the lines of the first ones."""

    def add(self, line: int) -> None:
        self.count += 1
        if len(self.first) < SAMPLE:
            self.first.append(line)


@dataclass
class _Rows:
    """What was seen of the rows."""

    good: int = 0
    few: _Odd = field(default_factory=_Odd)
    many: _Odd = field(default_factory=_Odd)
    again: _Odd = field(default_factory=_Odd)
    """Headers after the first: parts were joined, each with its own."""

    @property
    def odd(self) -> dict[str, _Odd]:
        """Return the records that are no rows, by what they are in words."""
        kinds = {
            "too few fields": self.few,
            "too many fields": self.many,
            "the header again, as where files were joined": self.again,
        }
        return {words: odd for words, odd in kinds.items() if odd.count}


def load(
    packed: Path, contract: Contract, database: Any, folder: Path
) -> tuple[ContractViolation, ...]:
    """Read the .csv.gz at *packed* into the table `landed` of *database*: text, empty as NULL.

    Return why that is impossible; with any reason the table is not to be used. Python's reader
    decides what the fields are and writes them in one plain form for DuckDB, whose own reader
    drops a last row with an open quotation and guesses where a quotation is misplaced.
    """
    try:
        return _read(Lines(packed), contract, database, folder / "landed.csv")
    except EOFError:
        return (_file("a gzip that ends too early: it is truncated"),)
    except (gzip.BadGzipFile, zlib.error):
        return (_file("bytes that are not gzip"),)
    except UnicodeDecodeError as exc:
        return (_file(f"bytes that are not UTF-8: {exc.reason}"),)
    except TooLargeError as exc:
        return (_file(str(exc)),)


def _read(
    lines: Lines, contract: Contract, database: Any, plain: Path
) -> tuple[ContractViolation, ...]:
    reader = csv.reader(lines, strict=True)
    try:
        columns = next(reader, None)
        if columns is None:
            return (_file("nothing: the file is empty"),)
        if wrong := header.violations(columns, contract):
            return wrong
        rows = _write(_records(reader, lines), columns, plain)
    except csv.Error as exc:
        return (_row(f"what is not CSV: {exc}", 1, [lines.read]),)
    if not rows.odd:
        _fill(plain, columns, rows.good, contract, database)
    return tuple(_row(words, odd.count, odd.first) for words, odd in rows.odd.items())


def _records(reader: Any, lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """Yield each record and the line on which it ends."""
    lines.record_ended()
    for record in reader:
        yield lines.read, record
        lines.record_ended()


def _write(records: Iterator[tuple[int, list[str]]], columns: Sequence[str], plain: Path) -> _Rows:
    """Write every record to *plain*, each field in quotation marks; an empty line is none."""
    rows, width, header = _Rows(), len(columns), list(columns)
    with plain.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for line, record in records:
            if width > 1 and record == header:
                rows.again.add(line)
            elif len(record) == width:
                writer.writerow((line, *record))
                rows.good += 1
            elif record:
                (rows.few if len(record) < width else rows.many).add(line)
    return rows


def _fill(
    plain: Path, columns: Sequence[str], rows: int, contract: Contract, database: Any
) -> None:
    """Make the table `landed` of what `_write` wrote; DuckDB must find the same rows.

    A text is in its canonical form, see `factory.values`; one of blanks alone is missing.
    """
    types = ", ".join(f"{text(c)}: 'VARCHAR'" for c in columns)
    texts = {c.name for c in contract.columns if c.type == "VARCHAR"}
    tidy = f"nfc_normalize(trim({{}}, {text(BLANKS)}))"
    bare = {c: tidy.format(name(c)) if c in texts else name(c) for c in columns}
    fields = ", ".join(f"nullif({bare[c]}, '') AS {name(c)}" for c in columns)
    read = f"read_csv({text(str(plain))}, columns={{{text(LINE)}: 'BIGINT', {types}}}, {READ})"
    database.execute(f"CREATE TABLE landed AS SELECT {name(LINE)}, {fields} FROM {read}")  # noqa: S608 - names are quoted
    ((found,),) = database.execute("SELECT count(*) FROM landed").fetchall()
    if found != rows:
        raise MisreadError(f"{rows} rows were written and {found} were read")


def _file(found: str) -> ContractViolation:
    expected = "a gzip of CSV text in UTF-8"
    return ContractViolation(rule="file", column=None, count=1, expected=expected, found=found)


def _row(found: str, count: int, lines: Sequence[int]) -> ContractViolation:
    return ContractViolation(
        rule="row",
        column=None,
        count=count,
        expected="one field per column in every line",
        found=f"{count} with {found}",
        sample=tuple(f"line {line}" for line in lines),
    )
