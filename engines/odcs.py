"""What does an ODCS 3.1 document promise that this factory checks?

A promise that nobody checks is worse than none: what is not understood is refused by name.
The standard: https://bitol-io.github.io/open-data-contract-standard/v3.1.0/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines import odcs_quality, odcs_rules
from engines.odcs_rules import Field
from factory.errors import InvalidContract
from factory.products.contract import TYPES, Column, Contract, Limit, Quality

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


def contract(document: Any, *, product: str, where: str) -> Contract:
    """Return the contract of *product* that *document* states.

    Raises InvalidContract that begins with *where* and names every broken rule.
    """
    found = list(odcs_rules.violations(document, product))
    if found:
        raise InvalidContract(f"{where}: " + "; ".join(found))
    table = document["schema"][0]
    return Contract(
        product=product,
        id=document["id"],
        version=document["version"],
        key=next(p["name"] for p in table["properties"] if p.get("primaryKey")),
        columns=tuple(_column(p) for p in table["properties"]),
        quality=tuple(_qualities(table)),
    )


def _column(raw: Field) -> Column:
    options = raw.get("logicalTypeOptions", {})
    return Column(
        name=raw["name"],
        kind=raw["logicalType"],
        type=raw.get("physicalType", TYPES[raw["logicalType"]][0]),
        required=bool(raw.get("required") or raw.get("primaryKey")),
        unique=bool(raw.get("unique") or raw.get("primaryKey")),
        classification=raw.get("classification"),
        quality=tuple(_qualities(raw)),
        **{field: options.get(name) for name, field in OPTIONS.items()},
    )


def _qualities(raw: Field) -> Iterator[Quality]:
    for rule in raw.get("quality", ()):
        if rule.get("type", "library") == "library":
            yield _quality(rule)


def _quality(rule: Field) -> Quality:
    arguments: Mapping[str, Any] = rule.get("arguments", {})
    name, bounds = odcs_quality.limit(rule)
    return Quality(
        metric=rule["metric"],
        limit=Limit(operator=name, bounds=bounds, unit=rule.get("unit", "rows")),
        allowed=tuple(arguments.get("validValues", ())),
        pattern=arguments.get("pattern"),
        columns=tuple(arguments.get("properties", ())),
    )
