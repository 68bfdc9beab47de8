"""What in the quality rules of an ODCS document is wrong, or not understood here?"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from factory.products.contract import OPERATORS
from factory.reasons import quoted, shown

Field = Mapping[str, Any]

KNOWN = {"id", "name", "description", "type", "metric", "arguments", "unit", "severity"}
KNOWN |= {"dimension", "businessImpact", "tags", "authoritativeDefinitions", "customProperties"}
KNOWN |= set(OPERATORS)
ARGUMENTS: Mapping[str, set[str]] = {
    "nullValues": set(),
    "duplicateValues": set(),
    "invalidValues": {"validValues", "pattern"},
    "missingValues": {"missingValues"},
}
VALUES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
}
"""What a validValues entry must be, by the column's logical type."""
LARGEST = 10**300  # of what is compared with a float
LONGEST_PATTERN, MOST_VALUES = 1000, 10_000
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
        arguments, there = rule.get("arguments", {}), f"{at}quality[{number}].arguments"
        if rule.get("metric") == "invalidValues":
            yield from _valid(arguments, kind, there)
        if rule.get("metric") == "missingValues":
            yield from _missing(arguments.get("missingValues"), there)


def pattern_violations(pattern: Any, at: str) -> Iterator[str]:
    """Yield why *pattern* is not a regular expression of the engine's (RE2)."""
    if not isinstance(pattern, str):
        yield f"{at}: {quoted(pattern)} is not text; put the regular expression in quotes"
    elif len(pattern) > LONGEST_PATTERN:
        yield f"{at}: has {len(pattern)} characters, and {LONGEST_PATTERN} are taken; shorten it"
    elif why := _pattern_error(pattern):
        yield f"{at}: {quoted(pattern)} is not a regular expression (RE2): {why}"


@functools.cache
def _engine() -> Any:
    import duckdb  # noqa: PLC0415 - a contract without patterns needs no engine

    return duckdb.connect()


def _pattern_error(pattern: str) -> str:
    import duckdb  # noqa: PLC0415 - as above

    try:
        _engine().execute("SELECT regexp_matches('', ?)", [pattern]).fetchall()
    except (duckdb.Error, UnicodeError) as exc:
        return shown(str(exc), 200)
    return ""


def value_violations(values: Any, kind: str, at: str) -> Iterator[str]:
    """Yield it when *values* are not some finite values of the logical type *kind*."""
    wanted = VALUES.get(kind, ())
    sound = isinstance(values, list) and values and all(type(v) in wanted for v in values)
    if not sound:
        yield (
            f"{at}: {quoted(values)} is not a list of {kind} values; put texts in quotes, "
            "leave out null (that is `required`)"
        )
    elif len(values) > MOST_VALUES:
        yield f"{at}: lists {len(values)} values, and {MOST_VALUES} are taken; use a pattern"
    elif not all(_fits(v) for v in values):
        yield f"{at}: {quoted(values)} has a number that is not finite, or beyond 64 bits"


def _missing(values: Any, at: str) -> Iterator[str]:
    texts = isinstance(values, list) and all(v is None or isinstance(v, str) for v in values)
    if not texts or not 0 < len(values) <= MOST_VALUES:
        yield (
            f"{at}.missingValues: {quoted(values)} is not a list of texts and null; "
            "write for example ['', 'N/A']"
        )


def _fits(value: Any) -> bool:
    """Tell whether the engine has such a value."""
    if isinstance(value, str):
        return True
    return finite(value) and (type(value) is float or abs(value) < 2**63)


def _common(quality: Any, arguments: Mapping[str, set[str]], at: str) -> Iterator[str]:
    if not isinstance(quality, list) or not all(isinstance(r, Mapping) for r in quality):
        yield f"{at}: is not a list of rules"
        return
    for number, rule in enumerate(quality):
        if rule.get("type", "library") != "text":
            yield from _library(rule, arguments, f"{at}[{number}]")


def _library(rule: Field, arguments: Mapping[str, set[str]], at: str) -> Iterator[str]:
    for name in sorted(str(k) for k in rule if k not in KNOWN):
        yield f"{at}.{shown(name, 80)}: is not understood and would not be checked; take it out"
    if rule.get("type", "library") != "library":
        yield f"{at}.type: {quoted(rule['type'])} is not understood; use 'library' or 'text'"
    elif str(rule.get("metric")) not in arguments:
        old = "; `rule` is of ODCS 3.0, write `metric`" if "rule" in rule else ""
        yield (
            f"{at}.metric: {quoted(rule.get('metric'))} is not understood here; "
            f"choose from {', '.join(arguments)}{old}"
        )
    else:
        yield from _arguments(rule, arguments[rule["metric"]], at)
        yield from _operator(rule, at)


def _arguments(rule: Field, known: set[str], at: str) -> Iterator[str]:
    given = rule.get("arguments", {})
    if not isinstance(given, Mapping) or set(given) - known:
        yield f"{at}.arguments: {rule['metric']} takes {', '.join(sorted(known)) or 'none'}"
    if rule.get("severity", "error") != "error":
        severity = quoted(rule["severity"])
        yield f"{at}.severity: {severity} is not understood; every rule here is 'error'"


def _operator(rule: Field, at: str) -> Iterator[str]:
    given = [n for n in OPERATORS if n in rule]
    if len(given) != 1:
        yield f"{at}: has {', '.join(given) or 'no operator'}; use one of {', '.join(OPERATORS)}"
        return
    name, bounds = limit(rule)
    wanted = 2 if "Between" in name else 1
    if len(bounds) != wanted or not all(finite(b) for b in bounds):
        yield f"{at}.{name}: {quoted(rule[name])} is not a number; give {wanted}"
    elif list(bounds) != sorted(bounds):
        yield f"{at}.{name}: {quoted(rule[name])} begins with the larger; turn it round"
    unit = rule.get("unit", "rows")
    if unit not in ("rows", "percent") or (unit, rule["metric"]) == ("percent", "rowCount"):
        yield f"{at}.unit: {quoted(unit)} does not fit {rule['metric']}; use 'rows'"


def _together(rule: Field, columns: set[str], at: str) -> Iterator[str]:
    given = rule.get("arguments", {}).get("properties")
    names = [str(each) for each in given] if isinstance(given, list) else []
    if not names or set(names) - columns:
        yield f"{at}.arguments.properties: {quoted(given)} does not list columns of the table"


def _valid(arguments: Field, kind: str, at: str) -> Iterator[str]:
    if not arguments:
        yield f"{at}: says nothing; give validValues or pattern"
    if "pattern" in arguments:
        if kind != "string":
            yield f"{at}.pattern: is for columns of logicalType string; this one is {kind}"
        yield from pattern_violations(arguments["pattern"], f"{at}.pattern")
    if "validValues" not in arguments:
        return
    yield from value_violations(arguments["validValues"], kind, f"{at}.validValues")


def _keeps_empty_out(rule: Field) -> bool:
    if rule.get("metric") != "rowCount":
        return False
    name, bounds = limit(rule)
    return not OPERATORS[name][1](0, *bounds)


def finite(value: Any) -> bool:
    """Tell whether *value* is a number that can be compared with a float."""
    return type(value) in (int, float) and abs(value) < math.inf and abs(value) <= LARGEST
