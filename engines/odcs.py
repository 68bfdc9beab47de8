"""What does an ODCS document, version 3.0 to 3.2, promise that this factory checks?

A promise that nobody checks is worse than none: what is not understood is refused by name.
The standard: https://bitol-io.github.io/open-data-contract-standard/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engines import odcs_quality, odcs_rules, odcs_types
from engines.odcs_rules import Field
from engines.yaml_core import Document
from factory import reasons
from factory.errors import InvalidContract
from factory.products.contract import Column, Contract, Limit, Quality

MOST_SHOWN = 50  # broken rules that are named
LONGEST = 500  # characters of each

OPTIONS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
}
"""The logicalTypeOptions that are checked, and the fields of a Column that hold them."""


IN_WORDS = re.compile(r"(?<=\])\([^()]*\)")
"""What a path says of a column beside its number: its name."""


def contract(read: Document, *, product: str, where: str) -> Contract:
    """Return the contract of *product* that the document states.

    Raises InvalidContract that begins with *where* and names the broken rules, with their lines.
    """
    document = read.value
    found = list(odcs_rules.violations(document, product))
    if found:
        told = [_told(violation, read) for violation in found[:MOST_SHOWN]]
        more = len(found) - MOST_SHOWN
        told += [f"and {more} more"] if more > 0 else []
        raise InvalidContract(f"{where}: " + "; ".join(told))
    table = document["schema"][0]
    return Contract(
        product=product,
        id=document["id"],
        version=document["version"],
        key=next(p["name"] for p in table["properties"] if p.get("primaryKey")),
        columns=tuple(_column(p) for p in table["properties"]),
        quality=tuple(_qualities(table)),
    )


def _told(violation: str, read: Document) -> str:
    """Return a violation with the line that it is about, if it names a field that is there."""
    path = IN_WORDS.sub("", violation.partition(": ")[0])
    line = read.line(path)
    return (f"line {line}: " if line else "") + reasons.shown(violation, LONGEST)


def _column(raw: Field) -> Column:
    options = raw.get("logicalTypeOptions", {})
    stored, longest = odcs_types.stored(raw["logicalType"], raw.get("physicalType"))
    fields = {field: options.get(name) for name, field in OPTIONS.items()}
    if longest and not (fields["max_length"] and fields["max_length"] < longest):
        fields["max_length"] = longest
    return Column(
        name=raw["name"],
        kind=raw["logicalType"],
        type=stored,
        required=bool(raw.get("required") or raw.get("primaryKey")),
        unique=bool(raw.get("unique") or raw.get("primaryKey")),
        classification=raw.get("classification"),
        quality=(*_qualities(raw), *_enumerated(raw)),
        **fields,
    )


def _qualities(raw: Field) -> Iterator[Quality]:
    for rule in raw.get("quality", ()):
        if rule.get("type", "library") == "library":
            yield _quality(rule)


def _enumerated(raw: Field) -> Iterator[Quality]:
    if "enum" in raw:
        allowed = tuple(entry["value"] for entry in raw["enum"])
        yield Quality(metric="invalidValues", limit=Limit(), allowed=allowed)


def _quality(rule: Field) -> Quality:
    arguments: Mapping[str, Any] = rule.get("arguments", {})
    name, bounds = odcs_quality.limit(rule)
    return Quality(
        metric=rule["metric"],
        limit=Limit(operator=name, bounds=bounds, unit=rule.get("unit", "rows")),
        allowed=tuple(arguments.get("validValues", ())),
        missing=tuple(map(_written, arguments.get("missingValues", ()))),
        pattern=arguments.get("pattern"),
        columns=tuple(arguments.get("properties", ())),
    )


def _written(value: Any) -> str:
    """Return how a value that counts as missing stands in a file; null as an empty field."""
    return "" if value is None else str(value)
