"""What does a contract mean, written as naively as Python can? The checks are compared with it."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import math
import re
import zlib

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?")
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def broken(packed, contract):
    """Return {(rule, column)} that the bytes *packed* break; the file's own rules come alone."""
    rows = table(packed, contract)
    return {rows} if isinstance(rows, tuple) else set(_rules(rows, contract))


def table(packed, contract):
    """Return the rows as {column: text or None}, or (rule, None) if they are not a table."""
    try:
        text = gzip.decompress(packed).decode("utf-8")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (OSError, EOFError, zlib.error, ValueError):  # no gzip, no UTF-8, or nothing in it
        return ("file", None)
    except csv.Error:
        return ("row", None)
    if "\0" in text:
        return ("row", None)
    if sorted(header) != sorted(contract.names):
        return ("header", None)
    again = len(header) > 1 and header in rows
    if again or any(len(row) != len(header) for row in rows if row):
        return ("row", None)
    texts = {column.name for column in contract.columns if column.type == "VARCHAR"}
    return [
        {c: (f.strip() if c in texts else f) or None for c, f in zip(header, row, strict=True)}
        for row in rows
        if row
    ]


def value(text, kind):
    """Return the value that *text* writes, or None if it writes none."""
    if text is None:
        return None
    readers = {
        "VARCHAR": str,
        "BIGINT": lambda t: _whole(t, 63),
        "INTEGER": lambda t: _whole(t, 31),
        "DOUBLE": _number,
        "BOOLEAN": {"true": True, "false": False}.get,
        "DATE": lambda t: _date(t) if DATE.fullmatch(t) else None,
        "TIMESTAMP": lambda t: _time(t) if TIME.fullmatch(t) else None,
    }
    return readers[kind](text)


def _whole(text, bits):
    if not re.fullmatch("[+-]?[0-9]+", text):
        return None
    return int(text) if -(2**bits) <= int(text) < 2**bits else None


def _number(text):
    found = float(text) if NUMBER.fullmatch(text) else math.nan
    return found if math.isfinite(found) else None


def _date(text):
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _time(text):
    try:
        return dt.datetime.fromisoformat(text.ljust(26, "0") if "." in text else text)
    except ValueError:
        return None


def _rules(rows, contract):
    for column in contract.columns:
        texts = [row[column.name] for row in rows]
        values = [value(text, column.type) for text in texts]
        yield from ((rule, column.name) for rule in _column(texts, values, column, len(rows)))
    for quality in contract.quality:
        count = len(rows)
        if quality.metric == "duplicateValues":
            types = {c.name: c.type for c in contract.columns}
            seen = {tuple(value(row[c], types[c]) for c in quality.columns) for row in rows}
            count = len(rows) - len(seen)
        if not quality.limit.admits(count, len(rows)):
            yield (quality.metric, None)


def _column(texts, values, column, rows):
    there = [v for v in values if v is not None]
    if column.required and None in texts:
        yield "required"
    if any(t is not None and v is None for t, v in zip(texts, values, strict=True)):
        yield "type"
    bounds = {
        "minimum": (column.minimum, lambda v, b: v >= b),
        "maximum": (column.maximum, lambda v, b: v <= b),
        "exclusiveMinimum": (column.exclusive_minimum, lambda v, b: v > b),
        "exclusiveMaximum": (column.exclusive_maximum, lambda v, b: v < b),
        "minLength": (column.min_length, lambda v, b: len(v) >= b),
        "maxLength": (column.max_length, lambda v, b: len(v) <= b),
        "pattern": (column.pattern, lambda v, b: re.search(b, v)),
    }
    for rule, (bound, holds) in bounds.items():
        if bound is not None and not all(holds(v, _bound(bound, column)) for v in there):
            yield rule
    if column.unique and len(set(there)) != len(there):
        yield "unique"
    for quality in column.quality:
        count = {
            "nullValues": texts.count(None),
            "duplicateValues": len(there) - len(set(there)),
            "invalidValues": sum(not _valid(v, quality, column) for v in there),
        }[quality.metric]
        if not quality.limit.admits(count, rows):
            yield quality.metric


def _bound(bound, column):
    return dt.date.fromisoformat(bound) if column.type == "DATE" else bound


def _valid(found, quality, column):
    allowed = not quality.allowed or found in [_bound(v, column) for v in quality.allowed]
    return allowed and (quality.pattern is None or re.search(quality.pattern, found))
