"""Does a value have the types that its class is annotated with? Python itself does not ask."""

from __future__ import annotations

import dataclasses
import functools
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from factory.reasons import quoted


@functools.cache
def hints(kind: type) -> Mapping[str, Any]:
    """Return the fields of a dataclass and their types; reading annotations is slow."""
    return typing.get_type_hints(kind)


def violations(value: object, path: str = "") -> Iterator[str]:
    """Yield `field: what it is; what is wanted` for each field, also a nested one."""
    owner: type = type(value)
    for name, kind in hints(owner).items():
        found = getattr(value, name)
        if dataclasses.is_dataclass(kind) and isinstance(found, typing.cast("type", kind)):
            yield from violations(found, f"{path}{name}.")
        elif not _fits(found, kind):
            yield f"{path}{name}: {quoted(found)} is a {type(found).__name__}; {_wanted(kind)}"


def _fits(value: Any, kind: Any) -> bool:
    if kind == tuple[str, ...]:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    if typing.get_origin(kind) is Mapping:
        values = _value_types(kind)
        return isinstance(value, Mapping) and all(
            isinstance(k, str) and type(v) in values for k, v in value.items()
        )
    if kind is float:
        return type(value) in {float, int}
    return type(value) is kind


def _value_types(kind: Any) -> tuple[type, ...]:
    """Return the types that the values of a mapping may have."""
    allowed = typing.get_args(kind)[1]
    return typing.get_args(allowed) or (allowed,)


def _wanted(kind: Any) -> str:
    if kind == tuple[str, ...]:
        return 'a tuple of texts is wanted, for example ("a",)'
    if typing.get_origin(kind) is Mapping:
        if float in _value_types(kind):
            return 'a mapping of texts to numbers or texts is wanted, for example {"depth": 3}'
        return 'a mapping of texts to texts is wanted, for example {"country": "de"}'
    return f"a value of type {kind.__name__} is wanted"
