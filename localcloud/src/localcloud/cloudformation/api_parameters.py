"""How does a template's property become a parameter of an API call?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from localcloud import sessions

if TYPE_CHECKING:
    from collections.abc import Callable


def call(service: str, operation: str, properties: dict[str, Any], **more: Any) -> Any:
    """Call an operation whose parameters are called as the properties are, but for case.

    Properties that the operation does not have are for others to apply; *more* counts as it is.
    """
    client = sessions.client(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    known = {name.lower() for name in shape.members}
    given = {
        name: value
        for name, value in properties.items()
        if name.lower() in known and name not in more
    }
    return getattr(client, xform_name(operation))(**{**fitted(given, shape), **more})


def fitted(value: Any, shape: Any) -> Any:
    """Give strings, numbers and flags the type the API wants.

    Raises ValueError for what the API does not have: it would be lost without a word.
    """
    convert = _CONVERSIONS.get(shape.type_name)
    return convert(value, shape) if convert else value


def _structure(value: Any, shape: Any) -> Any:
    names = {name.lower(): name for name in shape.members}
    lost = sorted(key for key in value if key.lower() not in names)
    if lost:
        raise ValueError(f"extraneous key [{', '.join(lost)}] is not permitted in {shape.name}")
    return {
        names[key.lower()]: fitted(part, shape.members[names[key.lower()]])
        for key, part in value.items()
    }


def _list(value: Any, shape: Any) -> Any:
    return [fitted(item, shape.member) for item in value]


def _map(value: Any, shape: Any) -> Any:
    return {key: fitted(item, shape.value) for key, item in value.items()}


def text(value: Any, _shape: Any = None) -> str:
    """Write a value as AWS does where it wants a string."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def flag(value: Any, _shape: Any = None) -> bool:
    """Read true and false, which templates may write as strings."""
    return str(value).lower() == "true"


_CONVERSIONS: dict[str, Callable[[Any, Any], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": text,
    "boolean": flag,
    "integer": lambda value, _shape: int(value),
    "long": lambda value, _shape: int(value),
    "float": lambda value, _shape: float(value),
    "double": lambda value, _shape: float(value),
}


def tags(properties: dict[str, Any]) -> dict[str, str]:
    """Return the tags as a mapping, however the type writes them."""
    given = properties.get("Tags", {})
    return given if isinstance(given, dict) else {tag["Key"]: text(tag["Value"]) for tag in given}
