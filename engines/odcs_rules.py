"""What in an ODCS document is wrong, or not understood here? In words, with the remedy."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from engines import odcs_quality, odcs_types
from factory.products.contract import TYPES
from factory.products.contract_violation import few
from factory.reasons import hidden, quoted, shown

Field = Mapping[str, Any]

VERSIONS = ("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0", "v3.2.0")
OPTIONAL_STATUS = "v3.2.0"  # requires no status any more
NAME = re.compile(r"[a-z][a-z0-9_]{0,254}")  # Glue and Athena know lower case only, and no more
LONGEST = 255  # characters of an id, a version or a classification
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{6})?", re.ASCII)
MOST_COLUMNS = 2_000  # each is a column of a table in Glue, and of every check
PROSE = {"id", "description", "businessName", "tags", "authoritativeDefinitions"}
PROSE |= {
    "customProperties",
    "context",
    "synonyms",
    "deprecated",
    "physicalName",
}  # for people and other tools; binds nobody here
ROOT = {"apiVersion", "kind", "id", "version", "status", "schema"}
ROOT_PROSE = PROSE | {"name", "domain", "tenant", "dataProduct", "team", "support", "price"}
ROOT_PROSE |= {"contractCreatedTs", "servers"}
TABLE = {"name", "logicalType", "physicalType", "properties", "quality"}
TABLE_PROSE = PROSE | {"dataGranularityDescription"}
COLUMN = {"name", "logicalType", "physicalType", "required", "unique", "primaryKey", "quality"}
COLUMN |= {"logicalTypeOptions", "classification", "enum", "semanticType", "primaryKeyPosition"}
COLUMN_PROSE = PROSE | {"criticalDataElement", "examples"}
COLUMN_PROSE |= {"transformSourceObjects", "transformLogic", "transformDescription"}
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
OPTIONS: Mapping[str, set[str]] = {
    "string": {"minLength", "maxLength", "pattern"},
    "integer": BOUNDS,
    "number": BOUNDS,
    "date": BOUNDS,
    "boolean": set(),
    "timestamp": BOUNDS,
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
    version = document.get("apiVersion")
    if version not in VERSIONS:
        yield f"apiVersion: {quoted(version)} is not understood; use one of {', '.join(VERSIONS)}"
    if document.get("kind") != "DataContract":
        yield f"kind: {quoted(document.get('kind'))} is not understood; use 'DataContract'"
    required = ("id", "version", *(() if version == OPTIONAL_STATUS else ("status",)))
    for name in required:
        if not isinstance(document.get(name), str) or not document[name]:
            yield f"{name}: {quoted(document.get(name))} is not text; ODCS requires one, in quotes"
    for name in ("id", "version"):
        if isinstance(document.get(name), str) and len(document[name]) > LONGEST:
            yield f"{name}: has more than {LONGEST} characters; shorten it"
        elif isinstance(document.get(name), str) and (odd := hidden(document[name])):
            yield f"{name}: holds characters that nobody sees ({odd}); leave them out"
    yield from _servers(document.get("servers") or [])


def _servers(servers: Any) -> Iterator[str]:
    """Yield what a server says of files that are not read here; the rest is for people."""
    if not _mappings(servers):
        yield "servers: is not a list of servers"
        return
    for number, server in enumerate(servers):
        for name, only in (("format", "csv"), ("delimiter", ",")):
            if server.get(name, only) != only:
                yield (
                    f"servers[{number}].{name}: {quoted(server[name])} is not what lands here; "
                    f"files are .csv.gz with commas: say {only!r}, or take it out"
                )


def _table(table: Field, product: str) -> Iterator[str]:
    yield from _unknown(table, TABLE | TABLE_PROSE, "schema[0].")
    if table.get("name") != product:
        name = quoted(table.get("name"))
        yield f"schema[0].name: {name} is not the folder's name; use {product!r}"
    if table.get("logicalType", "object") != "object":
        yield f"schema[0].logicalType: {quoted(table['logicalType'])} is not a table; use 'object'"
    columns = table.get("properties")
    if not columns or not _mappings(columns):
        yield "schema[0].properties: lists no columns; list each with name and logicalType"
        return
    if len(columns) > MOST_COLUMNS:
        yield f"schema[0].properties: lists {len(columns)} columns, and {MOST_COLUMNS} are taken"
        return
    yield from _names(columns)
    for number, column in enumerate(columns):
        named = NAME.fullmatch(str(column.get("name")))
        yield from _column(
            column, f"schema[0].properties[{number}]{f'({named[0]})' if named else ''}."
        )
    names = {str(c.get("name")) for c in columns}
    yield from odcs_quality.table_violations(table.get("quality", []), names)


def _names(columns: Iterable[Field]) -> Iterator[str]:
    names = Counter(shown(str(c.get("name")), 80) for c in columns)
    twice = sorted(name for name, count in names.items() if count > 1)
    if twice:
        yield f"schema[0].properties: {few(twice)} is there twice; name columns once"
    keys = [shown(str(c.get("name")), 80) for c in columns if c.get("primaryKey")]
    if len(keys) != 1:
        yield (
            f"schema[0].properties: {few(keys) or 'no column'} is the primaryKey; "
            "mark exactly one column, since it names the rows and orders the snapshot"
        )


def _column(column: Field, at: str) -> Iterator[str]:
    yield from _unknown(column, COLUMN | COLUMN_PROSE, at)
    if not isinstance(column.get("name"), str) or not NAME.fullmatch(column["name"]):
        yield f"{at}name: {quoted(column.get('name'))} is not lower-case letters, digits and _"
    kind = column.get("logicalType")
    if not isinstance(kind, str) or kind not in TYPES:
        yield f"{at}logicalType: {quoted(kind)} is not understood; choose from {', '.join(TYPES)}"
        return
    try:
        stored = odcs_types.stored(kind, column.get("physicalType"))[0]
    except KeyError:
        yield (
            f"{at}physicalType: {quoted(column['physicalType'])} does not store a {kind}; "
            f"use {' or '.join(TYPES[kind])}"
        )
        stored = TYPES[kind][0]
    yield from _said(column, kind, at)
    options = column.get("logicalTypeOptions", {})
    yield from _options(options, kind, stored, at + "logicalTypeOptions")
    yield from odcs_quality.column_violations(column.get("quality", []), kind, at)


def _said(column: Field, kind: str, at: str) -> Iterator[str]:
    """Yield what is wrong with what a column says of itself, its type apart."""
    classification = column.get("classification", "")
    if not isinstance(classification, str):
        yield f"{at}classification: {quoted(classification)} is not text"
    elif len(classification) > LONGEST:
        yield f"{at}classification: has more than {LONGEST} characters; shorten it"
    for name in ("required", "unique", "primaryKey"):
        if not isinstance(column.get(name, False), bool):
            yield f"{at}{name}: {quoted(column[name])} is neither true nor false"
    if "physicalName" in column and column["physicalName"] != column.get("name"):
        yield (
            f"{at}physicalName: {quoted(column['physicalName'])} is not its name; "
            "files have the column under `name`: make them the same"
        )
    if column.get("semanticType", "column") != "column":
        yield f"{at}semanticType: {quoted(column['semanticType'])} is not a column of a file"
    position = column.get("primaryKeyPosition", 1)
    if position not in (1, -1):
        yield f"{at}primaryKeyPosition: {quoted(position)} is not 1; one column is the key"
    yield from _enum(column, kind, f"{at}enum")


def _enum(column: Field, kind: str, at: str) -> Iterator[str]:
    if "enum" not in column:
        return
    entries = column["enum"]
    if not entries or not _mappings(entries) or not all("value" in each for each in entries):
        yield f"{at}: is not a list of entries, each with a value"
        return
    values = [each["value"] for each in entries]
    found = list(odcs_quality.value_violations(values, kind, at))
    yield from found
    if not found and len(set(values)) < len(values):
        yield f"{at}: has a value twice; list each once"


def _options(options: Any, kind: str, stored: str, at: str) -> Iterator[str]:
    if not isinstance(options, Mapping):
        yield f"{at}: is not a mapping"
        return
    known = odcs_types.formats(kind, stored)
    if options.get("format") in known:
        options = {name: value for name, value in options.items() if name != "format"}
    yield from _unknown(options, OPTIONS[kind], f"{at}.")
    for name in sorted(set(options) & OPTIONS[kind]):
        value, where = options[name], f"{at}.{name}"
        if name == "pattern":
            yield from odcs_quality.pattern_violations(value, where)
        elif name in BOUNDS:
            yield from _bound(value, kind, where)
        elif type(value) is not int or not 0 <= value < 2**31:
            yield f"{where}: {quoted(value)} is not a length; give a whole number, 0 or more"


def _bound(value: Any, kind: str, at: str) -> Iterator[str]:
    if kind == "integer" and (type(value) is not int or abs(value) >= 2**63):
        yield f"{at}: {quoted(value)} is not a whole number of 64 bits"
    if kind == "number" and not odcs_quality.finite(value):
        yield f"{at}: {quoted(value)} is not a finite number"
    if kind == "date" and not _is_time(value, DATE):
        yield f"{at}: {quoted(value)} is not a date in quotes; write for example '2024-01-31'"
    if kind == "timestamp" and not _is_time(value, TIMESTAMP):
        yield f"{at}: {quoted(value)} is not a time; write for example '2024-01-31T23:59:59'"


def _is_time(value: Any, form: re.Pattern[str]) -> bool:
    if not isinstance(value, str) or not form.fullmatch(value):
        return False
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _unknown(raw: Field, known: set[str], at: str) -> Iterator[str]:
    for name in sorted(str(k) for k in raw if k not in known):
        yield f"{at}{shown(name, 80)}: is not understood and would not be checked; take it out"


def _mappings(value: Any) -> TypeGuard[list[Field]]:
    return isinstance(value, list) and all(isinstance(v, Mapping) for v in value)
