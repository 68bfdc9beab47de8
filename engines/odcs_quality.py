"""What in the quality rules of an ODCS 3.1 document is wrong, or not understood here?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from factory.products.contract import OPERATORS

Field = Mapping[str, Any]

KNOWN = {"id", "name", "description", "type", "metric", "arguments", "unit", "severity"}
KNOWN |= {"dimension", "businessImpact", "tags", "authoritativeDefinitions", "customProperties"}
KNOWN |= set(OPERATORS)
ARGUMENTS: Mapping[str, set[str]] = {
    "nullValues": set(),
    "duplicateValues": set(),
    "invalidValues": {"validValues", "pattern"},
}
VALUES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
}
"""What a validValues entry must be, by the column's logical type."""
NEEDS_FLOOR = (
    "schema[0].quality: no rowCount keeps an empty file out; add for example "
    "{metric: rowCount, mustBeGreaterOrEqualTo: 1}"
)


def limit(rule: Field) -> tuple[str, tuple[float, ...]]:
    """Return the operator of *rule* and what it compares with."""
    name = next(n for n in OPERATORS if n in rule)
    value = rule[name]
    return name, tuple(value) if isinstance(value, list) else (value,)


def table_violations(quality: Any, columns: set[str]) -> Iterator[str]:
    """Yield what is wrong with the rules of a table that has *columns*."""
    at = "schema[0].quality"
    arguments = {"rowCount": set[str](), "duplicateValues": {"properties"}}
    broken = list(_common(quality, arguments, at))
    yield from broken
    if broken:
        return
    for number, rule in enumerate(quality):
        if rule.get("metric") == "duplicateValues":
            yield from _together(rule, columns, f"{at}[{number}]")
    if not any(_keeps_empty_out(r) for r in quality):
        yield NEEDS_FLOOR


def column_violations(quality: Any, kind: str, at: str) -> Iterator[str]:
    """Yield what is wrong with the rules of a column of logical type *kind*."""
    broken = list(_common(quality, ARGUMENTS, at + "quality"))
    yield from broken
    if broken:
        return
    for number, rule in enumerate(quality):
        if rule.get("metric") == "invalidValues":
            yield from _valid(rule.get("arguments", {}), kind, f"{at}quality[{number}].arguments")


def pattern_violations(pattern: Any, at: str) -> Iterator[str]:
    """Yield why *pattern* is not a regular expression of the engine's (RE2)."""
    import duckdb  # noqa: PLC0415 - a contract without patterns needs no engine

    if not isinstance(pattern, str):
        yield f"{at}: {pattern!r} is not text; put the regular expression in quotes"
        return
    try:
        with duckdb.connect() as database:
            database.execute("SELECT regexp_matches('', ?)", [pattern]).fetchall()
    except duckdb.Error as exc:
        yield f"{at}: {pattern!r} is not a regular expression (RE2): {exc}"


def _common(quality: Any, arguments: Mapping[str, set[str]], at: str) -> Iterator[str]:
    if not isinstance(quality, list) or not all(isinstance(r, Mapping) for r in quality):
        yield f"{at}: is not a list of rules"
        return
    for number, rule in enumerate(quality):
        if rule.get("type", "library") != "text":
            yield from _library(rule, arguments, f"{at}[{number}]")


def _library(rule: Field, arguments: Mapping[str, set[str]], at: str) -> Iterator[str]:
    for name in sorted(str(k) for k in rule if k not in KNOWN):
        yield f"{at}.{name}: is not understood and would not be checked; take it out"
    if rule.get("type", "library") != "library":
        yield f"{at}.type: {rule['type']!r} is not understood; use 'library' or 'text'"
    elif rule.get("metric") not in arguments:
        yield (
            f"{at}.metric: {rule.get('metric')!r} is not understood here; "
            f"choose from {', '.join(arguments)}"
        )
    else:
        yield from _arguments(rule, arguments[rule["metric"]], at)
        yield from _operator(rule, at)


def _arguments(rule: Field, known: set[str], at: str) -> Iterator[str]:
    given = rule.get("arguments", {})
    if not isinstance(given, Mapping) or set(given) - known:
        yield f"{at}.arguments: {rule['metric']} takes {', '.join(sorted(known)) or 'none'}"
    if rule.get("severity", "error") != "error":
        yield f"{at}.severity: {rule['severity']!r} is not understood; every rule here is 'error'"


def _operator(rule: Field, at: str) -> Iterator[str]:
    given = [n for n in OPERATORS if n in rule]
    if len(given) != 1:
        yield f"{at}: has {', '.join(given) or 'no operator'}; use one of {', '.join(OPERATORS)}"
        return
    name, bounds = limit(rule)
    wanted = 2 if "Between" in name else 1
    if len(bounds) != wanted or not all(_finite(b) for b in bounds):
        yield f"{at}.{name}: {rule[name]!r} is not a number; give {wanted}"
    elif list(bounds) != sorted(bounds):
        yield f"{at}.{name}: {rule[name]!r} begins with the larger; turn it round"
    unit = rule.get("unit", "rows")
    if unit not in ("rows", "percent") or (unit, rule["metric"]) == ("percent", "rowCount"):
        yield f"{at}.unit: {unit!r} does not fit {rule['metric']}; use 'rows'"


def _together(rule: Field, columns: set[str], at: str) -> Iterator[str]:
    given = rule.get("arguments", {}).get("properties")
    if not isinstance(given, list) or not given or set(map(str, given)) - columns:
        yield f"{at}.arguments.properties: {given!r} does not list columns of the table"


def _valid(arguments: Field, kind: str, at: str) -> Iterator[str]:
    if not arguments:
        yield f"{at}: says nothing; give validValues or pattern"
    if "pattern" in arguments:
        if kind != "string":
            yield f"{at}.pattern: is for columns of logicalType string; this one is {kind}"
        yield from pattern_violations(arguments["pattern"], f"{at}.pattern")
    if "validValues" not in arguments:
        return
    values, wanted = arguments["validValues"], VALUES.get(kind, ())
    if not isinstance(values, list) or not values or any(type(v) not in wanted for v in values):
        yield (
            f"{at}.validValues: {values!r} is not a list of {kind} values; put texts in quotes, "
            "leave out null (that is `required`)"
        )


def _keeps_empty_out(rule: Field) -> bool:
    if rule.get("metric") != "rowCount":
        return False
    name, bounds = limit(rule)
    return not OPERATORS[name][1](0, *bounds)


def _finite(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
