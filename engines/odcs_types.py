"""As what is a column of an ODCS document stored? Its physical type, in the words of databases."""

from __future__ import annotations

import re
from collections.abc import Mapping

from factory.products.contract import TYPES

SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "string": dict.fromkeys(("varchar", "string", "text", "char", "nvarchar"), "VARCHAR"),
    "integer": {
        **dict.fromkeys(("bigint", "int64", "long", "int8"), "BIGINT"),
        **dict.fromkeys(("integer", "int", "int32", "int4"), "INTEGER"),
    },
    "number": dict.fromkeys(("double", "double precision", "float64", "float8"), "DOUBLE"),
    "boolean": dict.fromkeys(("boolean", "bool"), "BOOLEAN"),
    "date": {"date": "DATE"},
    "timestamp": dict.fromkeys(
        ("timestamp", "datetime", "timestamp without time zone"), "TIMESTAMP"
    ),
}
"""What databases call the types that are stored here, by logical type; case makes no difference."""
TEXT = re.compile(r"(?:varchar|nvarchar|char) ?\( ?([1-9][0-9]{0,8}) ?\)")
FORMATS: Mapping[str, Mapping[str, set[str]]] = {
    "integer": {"BIGINT": {"i64"}, "INTEGER": {"i32"}},
    "number": {"DOUBLE": {"f64"}},
    "date": {"DATE": {"yyyy-MM-dd"}},
    "timestamp": {
        "TIMESTAMP": {"yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss"}
    },
}
"""The formats that say how values are written and checked here."""


def stored(kind: str, physical: object) -> tuple[str, int | None]:
    """Return as what a column of the logical type *kind* is stored, and the longest text or None.

    KeyError says that *physical* is not one of its types.
    """
    if physical is None:
        return TYPES[kind][0], None
    plain = " ".join(physical.lower().split()) if isinstance(physical, str) else ""
    if kind == "string" and (bound := TEXT.fullmatch(plain)):
        return "VARCHAR", int(bound[1])
    return SYNONYMS[kind][plain], None


def formats(kind: str, type_: str) -> set[str]:
    """Return the formats that a column may say it has."""
    return FORMATS.get(kind, {}).get(type_, set())
