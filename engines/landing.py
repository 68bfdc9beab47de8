"""Is a landed file a table of the contract's columns at all? Its bytes, header and rows."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engines.database import name, text
from factory.errors import FactoryError
from factory.products.contract import Contract
from factory.products.contract_violation import ContractViolation

SAMPLE = 5
READ = "auto_detect=false, header=false, delim=',', quote='\"', escape='\"', parallel=false"
READ += ", new_line='\\n', max_line_size=16777216, nullstr=''"


@dataclass
class _Rows:
    """What was seen of the rows."""

    good: int = 0
    few: list[int] = field(default_factory=list)
    """Numbers of the lines that have too few fields."""
    many: list[int] = field(default_factory=list)


def load(
    packed: Path, contract: Contract, database: Any, folder: Path
) -> tuple[ContractViolation, ...]:
    """Read the .csv.gz at *packed* into the table `landed` of *database*: text, empty as NULL.

    Return why that is impossible; with any reason the table is not to be used. Python's reader
    decides what the fields are and writes them in one plain form for DuckDB, whose own reader
    drops a last row with an open quotation and guesses where a quotation is misplaced.
    """
    plain = folder / "landed.csv"
    try:
        with gzip.open(packed, "rt", encoding="utf-8", errors="strict", newline="") as file:
            reader = csv.reader(_lines(file), strict=True)
            return _read(reader, contract, database, plain)
    except EOFError:
        return (_file("a gzip that ends too early: it is truncated"),)
    except (gzip.BadGzipFile, zlib.error) as exc:
        return (_file(f"bytes that are not gzip: {exc}"),)
    except UnicodeDecodeError as exc:
        return (_file(f"bytes that are not UTF-8: {exc.reason}"),)


def _lines(file: Iterable[str]) -> Iterator[str]:
    for line in file:
        if "\0" in line:
            raise csv.Error("a NUL byte")
        yield line


def _read(
    reader: Any, contract: Contract, database: Any, plain: Path
) -> tuple[ContractViolation, ...]:
    try:
        header = next(reader, None)
        if header is None:
            return (_file("nothing: the file is empty"),)
        wrong = _columns(header, contract)
        if wrong:
            return wrong
        rows = _write(reader, len(header), plain)
    except csv.Error as exc:
        return (_row(f"what is not CSV: {exc}", [reader.line_num]),)
    if not rows.few and not rows.many:
        _fill(plain, header, rows.good, database)
    return tuple(
        _row(words, lines)
        for words, lines in (("too few fields", rows.few), ("too many fields", rows.many))
        if lines
    )


def _columns(header: Sequence[str], contract: Contract) -> tuple[ContractViolation, ...]:
    """Compare the *header* with the columns of *contract*; their order is free."""
    missing = [c for c in contract.names if c not in header]
    strange = [c for c in header if c not in contract.names]
    twice = sorted({c for c in header if header.count(c) > 1})
    found = {"missing": missing, "not in the contract": strange, "there twice": twice}
    return tuple(
        ContractViolation(
            rule="header",
            column=None,
            count=len(columns),
            expected="the columns " + ", ".join(contract.names),
            found=f"{', '.join(c[:60] for c in columns[:20])} {what}",
        )
        for what, columns in found.items()
        if columns
    )


def _write(reader: Any, width: int, plain: Path) -> _Rows:
    """Write every record to *plain*, each field in quotation marks; an empty line is none."""
    rows = _Rows()
    with plain.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for record in reader:
            if len(record) == width:
                writer.writerow(record)
                rows.good += 1
            elif record:
                (rows.few if len(record) < width else rows.many).append(reader.line_num)
    return rows


def _fill(plain: Path, header: Sequence[str], rows: int, database: Any) -> None:
    """Make the table `landed` of what `_write` wrote; DuckDB must find the same rows."""
    types = ", ".join(f"{text(c)}: 'VARCHAR'" for c in header)
    fields = ", ".join(f"nullif({name(c)}, '') AS {name(c)}" for c in header)
    read = f"read_csv({text(str(plain))}, columns={{{types}}}, {READ})"
    database.execute(f"CREATE TABLE landed AS SELECT {fields} FROM {read}")  # noqa: S608 - names are quoted
    ((found,),) = database.execute("SELECT count(*) FROM landed").fetchall()
    if found != rows:
        raise FactoryError(f"{plain.name}: {rows} rows were written and {found} read; do not go on")


def _file(found: str) -> ContractViolation:
    expected = "a gzip of CSV text in UTF-8"
    return ContractViolation(rule="file", column=None, count=1, expected=expected, found=found)


def _row(found: str, lines: Sequence[int]) -> ContractViolation:
    return ContractViolation(
        rule="row",
        column=None,
        count=len(lines),
        expected="one field per column in every line",
        found=f"{len(lines)} with {found}",
        sample=tuple(f"line {line}" for line in lines[:SAMPLE]),
    )
