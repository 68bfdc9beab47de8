"""Which rows of a table break the contract? The contract compiled to SQL, and its answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines import landing
from engines.database import name, text
from engines.landing import LINE
from factory.products.contract import Column, Contract, Limit, Quality, Scalar
from factory.products.contract_violation import SAMPLE, ContractViolation
from factory.values import WORDS

TOGETHER = 50  # rules counted in one pass: planning a query takes the square of their number
MOST_SAMPLED = 20
"""Broken rules for which lines are looked up: each takes a query, and a file may break them all."""
NONE = Limit()
YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"  # 0 is none that Python has
FORMS = {
    "BIGINT": r"[+-]?[0-9]+",
    "INTEGER": r"[+-]?[0-9]+",
    "DOUBLE": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "BOOLEAN": "true|false",
    "DATE": f"{YEAR}-[0-9]{{2}}-[0-9]{{2}}",
    "TIMESTAMP": YEAR + r"(-[0-9]{2}){2}[T ]([01][0-9]|2[0-3])(:[0-9]{2}){2}(\.[0-9]{1,6})?",
}
"""How a value is written; DuckDB's own casts take far more (`1_000`, `nan`, `4.9` as 5).

All of it is what `factory.values` reads, as the same values."""
BOUNDS = (
    ("minimum", "minimum", "<", "or more"),
    ("maximum", "maximum", ">", "or less"),
    ("exclusiveMinimum", "exclusive_minimum", "<=", "exceeded"),
    ("exclusiveMaximum", "exclusive_maximum", ">=", "not reached"),
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One rule as SQL over the table `typed`."""

    rule: str
    column: str | None
    expected: str
    count: str
    """An aggregate: how many break the rule."""
    offends: str
    """A predicate: which rows do; `false` where no row can be named."""
    limit: Limit = NONE


def typed(contract: Contract) -> str:
    """Return SQL for the table `typed`: each column as text, and as `name:v` its value or NULL."""
    fields = [f"{name(c.name)}, {_value(c)} AS {_typed(c.name)}" for c in contract.columns]
    return f"CREATE TABLE typed AS SELECT {name(LINE)}, {', '.join(fields)} FROM landed"  # noqa: S608 - quoted


def checks(contract: Contract) -> tuple[Check, ...]:
    """Return every rule of *contract*."""
    columns = [check for c in contract.columns for check in _column(c)]
    return (*columns, *map(_table, contract.quality))


def broken(contract: Contract, database: Any) -> tuple[ContractViolation, ...]:
    """Return the rules that the table `landed` breaks."""
    rules = checks(contract)
    database.execute(typed(contract))
    rows, found = _counted(rules, database)
    wrong = [
        (check, count)
        for check, count in zip(rules, found, strict=True)
        if not check.limit.admits(count, rows)
    ]
    return tuple(
        _reason(check, count, rows, _sample(check, database) if number < MOST_SAMPLED else ())
        for number, (check, count) in enumerate(wrong)
    )


def examine(
    packed: Path, contract: Contract, database: Any, folder: Path
) -> tuple[ContractViolation, ...]:
    """Read the .csv.gz at *packed* and return every reason to refuse it; none means it passes.

    The table `landed` and `typed` of *database* then hold what was read.
    """
    return landing.load(packed, contract, database, folder) or broken(contract, database)


def _counted(rules: Sequence[Check], database: Any) -> tuple[int, list[int]]:
    """Return how many rows there are, and how many break each of *rules*."""
    rows, found = 0, list[int]()
    for start in range(0, len(rules), TOGETHER):
        counts = ", ".join(check.count for check in rules[start : start + TOGETHER])
        answer = database.execute(f"SELECT count(*), {counts} FROM typed").fetchone()  # noqa: S608 - quoted
        rows, found = answer[0], [*found, *answer[1:]]
    return rows, found


def _typed(column: str) -> str:
    return name(f"{column}:v")


def _value(column: Column) -> str:
    field = name(column.name)
    if column.type == "VARCHAR":
        return field
    cast = f"TRY_CAST({field} AS {column.type})"
    finite = f" AND isfinite({cast})" if column.type == "DOUBLE" else ""
    written = f"regexp_full_match({field}, {text(FORMS[column.type])})"
    return f"CASE WHEN {written}{finite} THEN {cast} END"


def _column(column: Column) -> Iterator[Check]:
    field, value = name(column.name), _typed(column.name)
    if column.required:
        yield _per_row(column, "required", "a value in every row", f"{field} IS NULL")
    if column.type != "VARCHAR":
        offends = f"{field} IS NOT NULL AND {value} IS NULL"
        yield _per_row(column, "type", WORDS[column.type], offends)
    for rule, attribute, beyond, words in BOUNDS:
        bound = getattr(column, attribute)
        if bound is not None:
            offends = f"{value} {beyond} {_literal(bound, column)}"
            yield _per_row(column, rule, f"{bound} {words}", offends)
    yield from _text(column)
    if column.unique:
        yield _once(column.name, "unique", (column.name,), NONE)
    for quality in column.quality:
        yield _quality(column, quality)


def _text(column: Column) -> Iterator[Check]:
    field = name(column.name)
    if column.min_length is not None:
        words, offends = f"{column.min_length} characters or more", f"< {column.min_length}"
        yield _per_row(column, "minLength", words, f"length({field}) {offends}")
    if column.max_length is not None:
        words, offends = f"{column.max_length} characters or fewer", f"> {column.max_length}"
        yield _per_row(column, "maxLength", words, f"length({field}) {offends}")
    if column.pattern is not None:
        offends = f"NOT regexp_matches({field}, {text(column.pattern)})"
        yield _per_row(column, "pattern", f"the pattern {column.pattern}", offends)


def _per_row(column: Column, rule: str, expected: str, offends: str, limit: Limit = NONE) -> Check:
    count = f"count(*) FILTER (WHERE {offends})"
    return Check(
        rule=rule, column=column.name, expected=expected, count=count, offends=offends, limit=limit
    )


def _quality(column: Column, quality: Quality) -> Check:
    if quality.metric == "duplicateValues":
        return _once(column.name, quality.metric, (column.name,), quality.limit)
    if quality.metric == "nullValues":
        expected = f"{quality.limit} without a value"
        return _per_row(
            column, quality.metric, expected, f"{name(column.name)} IS NULL", quality.limit
        )
    if quality.metric == "missingValues":
        expected = f"{quality.limit} that say they are missing"
        return _per_row(column, quality.metric, expected, _missing(column, quality), quality.limit)
    return _invalid(column, quality)


def _missing(column: Column, quality: Quality) -> str:
    field, words = name(column.name), [word for word in quality.missing if word]
    empty = [f"{field} IS NULL"] if "" in quality.missing else []
    listed = ", ".join(map(text, words))
    return f"({' OR '.join([*empty, *([f'{field} IN ({listed})'] if words else [])])})"


def _invalid(column: Column, quality: Quality) -> Check:
    value, wrong, words = _typed(column.name), [], []
    if quality.allowed:
        allowed = ", ".join(_literal(v, column) for v in quality.allowed)
        wrong.append(f"{value} NOT IN ({allowed})")
        words.append("one of " + ", ".join(map(str, quality.allowed)))
    if quality.pattern is not None:
        wrong.append(f"NOT regexp_matches({value}, {text(quality.pattern)})")
        words.append(f"the pattern {quality.pattern}")
    expected = " and ".join(words)
    if quality.limit != NONE:
        expected = f"{quality.limit} other than {expected}"
    offends = f"({' OR '.join(wrong)})"
    return _per_row(column, quality.metric, expected, offends, quality.limit)


def _table(quality: Quality) -> Check:
    if quality.metric == "duplicateValues":
        return _once(None, quality.metric, quality.columns, quality.limit)
    return Check(
        rule=quality.metric,
        column=None,
        expected=str(quality.limit),
        count="count(*)",
        offends="false",
        limit=quality.limit,
    )


def _once(column: str | None, rule: str, columns: tuple[str, ...], limit: Limit) -> Check:
    """Count the rows that repeat what an earlier one says; of one column, missing ones do not."""
    fields = ", ".join(map(_typed, columns))
    values = fields if column else f"row({fields})"
    there = f"{fields} IS NOT NULL" if column else "true"
    twice = f"WHERE {there} GROUP BY {fields} HAVING count(*) > 1"
    lines = f"SELECT unnest(list({name(LINE)})) FROM typed {twice}"  # noqa: S608 - quoted
    words = f"{limit} that repeat {' and '.join(columns)}"
    return Check(
        rule=rule,
        column=column,
        expected=f"each {' and '.join(columns)} once" if limit == NONE else words,
        count=f"count({values}) - count(DISTINCT {values})",
        offends=f"{name(LINE)} IN ({lines})",
        limit=limit,
    )


def _literal(value: Scalar, column: Column) -> str:
    if isinstance(value, str):
        return f"CAST({text(value)} AS {column.type})"
    return f"CAST('{float(value)!r}' AS DOUBLE)" if column.type == "DOUBLE" else str(value)


def _sample(check: Check, database: Any) -> tuple[str, ...]:
    found = database.execute(
        f"SELECT {name(LINE)} FROM typed WHERE {check.offends} "  # noqa: S608 - quoted
        f"ORDER BY {name(LINE)} LIMIT {SAMPLE}"
    )
    return tuple(f"line {line}" for (line,) in found.fetchall())


def _reason(check: Check, count: int, rows: int, sample: tuple[str, ...]) -> ContractViolation:
    found = f"{rows} rows" if check.rule == "rowCount" else f"{count} of {rows} rows that differ"
    return ContractViolation(
        rule=check.rule,
        column=check.column,
        count=count,
        expected=check.expected,
        found=found,
        sample=sample,
    )
