"""What in an ODCS 3.1 document is wrong, or not understood here? In words, with the remedy."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from engines import odcs_quality
from factory.products.contract import TYPES

Field = Mapping[str, Any]

VERSION = "v3.1.0"
NAME = re.compile(r"[a-z][a-z0-9_]*")  # Glue and Athena know lower case only
PROSE = {"id", "description", "businessName", "tags", "authoritativeDefinitions"}
PROSE |= {"customProperties"}  # for people and other tools; binds nobody here
ROOT = {"apiVersion", "kind", "id", "version", "status", "schema"}
ROOT_PROSE = PROSE | {"name", "domain", "tenant", "dataProduct", "team", "support", "price"}
ROOT_PROSE |= {"contractCreatedTs"}
TABLE = {"name", "logicalType", "physicalType", "properties", "quality"}
TABLE_PROSE = PROSE | {"dataGranularityDescription"}
COLUMN = {"name", "logicalType", "physicalType", "required", "unique", "primaryKey", "quality"}
COLUMN |= {"logicalTypeOptions", "classification"}
COLUMN_PROSE = PROSE | {"criticalDataElement", "examples"}
COLUMN_PROSE |= {"transformSourceObjects", "transformLogic", "transformDescription"}
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
OPTIONS: Mapping[str, set[str]] = {
    "string": {"minLength", "maxLength", "pattern"},
    "integer": BOUNDS,
    "number": BOUNDS,
    "date": BOUNDS,
    "boolean": set(),
    "timestamp": set(),
}


def violations(document: Any, product: str) -> Iterator[str]:
    """Yield each broken rule of *document* as `field: what is wrong; what would be right`."""
    if not isinstance(document, Mapping):
        yield "is not a mapping; write an ODCS document"
        return
    yield from _unknown(document, ROOT | ROOT_PROSE, "")
    yield from _root(document)
    tables = document.get("schema")
    if not _mappings(tables) or len(tables) != 1:
        yield "schema: is not a list of one table; a data product is one table"
        return
    yield from _table(tables[0], product)


def _root(document: Field) -> Iterator[str]:
    for name, only in (("apiVersion", VERSION), ("kind", "DataContract")):
        if document.get(name) != only:
            yield f"{name}: {document.get(name)!r} is not understood; use {only!r}"
    for name in ("id", "version", "status"):
        if not isinstance(document.get(name), str) or not document[name]:
            yield f"{name}: {document.get(name)!r} is not text; ODCS requires one, in quotes"


def _table(table: Field, product: str) -> Iterator[str]:
    yield from _unknown(table, TABLE | TABLE_PROSE, "schema[0].")
    if table.get("name") != product:
        yield f"schema[0].name: {table.get('name')!r} is not the folder's name; use {product!r}"
    if table.get("logicalType", "object") != "object":
        yield f"schema[0].logicalType: {table['logicalType']!r} is not a table; use 'object'"
    columns = table.get("properties")
    if not columns or not _mappings(columns):
        yield "schema[0].properties: lists no columns; list each with name and logicalType"
        return
    yield from _names(columns)
    for number, column in enumerate(columns):
        yield from _column(column, f"schema[0].properties[{number}]({column.get('name')}).")
    names = {str(c.get("name")) for c in columns}
    yield from odcs_quality.table_violations(table.get("quality", []), names)


def _names(columns: Iterable[Field]) -> Iterator[str]:
    names = [c.get("name") for c in columns]
    twice = sorted({str(n) for n in names if names.count(n) > 1})
    if twice:
        yield f"schema[0].properties: {', '.join(twice)} is there twice; name columns once"
    keys = [str(c.get("name")) for c in columns if c.get("primaryKey")]
    if len(keys) != 1:
        yield (
            f"schema[0].properties: {', '.join(keys) or 'no column'} is the primaryKey; "
            "mark exactly one column, since it names the rows and orders the snapshot"
        )


def _column(column: Field, at: str) -> Iterator[str]:
    yield from _unknown(column, COLUMN | COLUMN_PROSE, at)
    if not isinstance(column.get("name"), str) or not NAME.fullmatch(column["name"]):
        yield f"{at}name: {column.get('name')!r} is not lower-case letters, digits and _"
    kind = column.get("logicalType")
    if not isinstance(kind, str) or kind not in TYPES:
        yield f"{at}logicalType: {kind!r} is not understood; choose from {', '.join(TYPES)}"
        return
    if column.get("physicalType", TYPES[kind][0]) not in TYPES[kind]:
        yield (
            f"{at}physicalType: {column['physicalType']!r} does not store a {kind}; "
            f"use {' or '.join(TYPES[kind])}"
        )
    if not isinstance(column.get("classification", ""), str):
        yield f"{at}classification: {column['classification']!r} is not text"
    for name in ("required", "unique", "primaryKey"):
        if not isinstance(column.get(name, False), bool):
            yield f"{at}{name}: {column[name]!r} is neither true nor false"
    yield from _options(column.get("logicalTypeOptions", {}), kind, at + "logicalTypeOptions")
    yield from odcs_quality.column_violations(column.get("quality", []), kind, at)


def _options(options: Any, kind: str, at: str) -> Iterator[str]:
    if not isinstance(options, Mapping):
        yield f"{at}: is not a mapping"
        return
    yield from _unknown(options, OPTIONS[kind], f"{at}.")
    for name in sorted(set(options) & OPTIONS[kind]):
        value, where = options[name], f"{at}.{name}"
        if name == "pattern":
            yield from odcs_quality.pattern_violations(value, where)
        elif name in BOUNDS:
            yield from _bound(value, kind, where)
        elif type(value) is not int or value < 0:
            yield f"{where}: {value!r} is not a length; give a whole number, 0 or more"


def _bound(value: Any, kind: str, at: str) -> Iterator[str]:
    if kind == "integer" and type(value) is not int:
        yield f"{at}: {value!r} is not a whole number"
    if kind == "number" and (type(value) not in (int, float) or not math.isfinite(value)):
        yield f"{at}: {value!r} is not a finite number"
    if kind == "date" and not _is_date(value):
        yield f"{at}: {value!r} is not a date in quotes; write for example '2024-01-31'"


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _unknown(raw: Field, known: set[str], at: str) -> Iterator[str]:
    for name in sorted(str(k) for k in raw if k not in known):
        yield f"{at}{name}: is not understood and would not be checked; take it out"


def _mappings(value: Any) -> TypeGuard[list[Field]]:
    return isinstance(value, list) and all(isinstance(v, Mapping) for v in value)
