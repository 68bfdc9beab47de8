"""Which services, operations and types of resources are here? `python -m localcloud types`."""

from __future__ import annotations

from typing import Any

from localcloud import operations
from localcloud.cloudformation import types
from localcloud.cloudformation.resource_types import ResourceType, registered

BEGIN, END = "<!-- made by `python -m localcloud types --markdown` -->", "<!-- end -->"
_CALLED = {"awslambda": "lambda"}
"""What is called otherwise than moto calls it."""


def lines() -> list[str]:
    """Return one line for each type, with the properties that it honours."""
    types.install()
    return [
        f"{name}: {', '.join(sorted(kind.honours)) or 'no properties'}"
        for name, kind in sorted(registered.items())
    ]


def markdown() -> str:
    """Return both tables of the README, between the lines that mark them."""
    types.install()
    services = [
        "| service | operations answered | of their members, refused by name |",
        "|---|---|---|",
        *(_service(name) for name in sorted(operations.services())),
    ]
    rows = [
        "| type | properties | attributes | an update |",
        "|---|---|---|---|",
        *(_type(kind) for _, kind in sorted(registered.items())),
    ]
    return "\n".join([BEGIN, "", *services, "", *rows, "", END])


def _service(name: str) -> str:
    service = operations.of(name)
    refused = [
        f"{operation}.{path}"
        for members in (service.dropped, service.stored)
        for operation, paths in sorted(members.items())
        for path in paths
    ]
    return f"| {_CALLED.get(name, name)} | {len(service.answered)} | {len(refused)} |"


def _type(kind: ResourceType) -> str:
    count = "any" if kind.honours == {"*": None} else str(_properties(kind.honours))
    attributes = "any" if kind.attributes is None else str(len(kind.attributes))
    update = "in place" if kind.update else "replaces"
    return f"| {kind.name} | {count} | {attributes} | {update} |"


def _properties(shape: Any) -> int:
    """Count the properties of a shape, each with those that it is made of."""
    if isinstance(shape, list):
        return _properties(shape[0])
    return sum(1 + _properties(part) for part in shape.values()) if shape else 0
