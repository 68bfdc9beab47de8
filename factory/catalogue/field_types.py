"""Does a value have the types that its class is annotated with? Python itself does not ask."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from factory.reasons import quoted
from factory.variant import Variant


@functools.cache
def hints(kind: type) -> Mapping[str, Any]:
    """Return the fields of a dataclass and their types; reading annotations is slow."""
    found = typing.get_type_hints(kind)
    return {field.name: found[field.name] for field in dataclasses.fields(kind)}


def violations(value: object, path: str = "") -> Iterator[str]:
    """Yield `field: what it is; what is wanted` for each field, also a nested one."""
    owner: type = type(value)
    for name, kind in hints(owner).items():
        found = getattr(value, name)
        nested = dataclasses.is_dataclass(kind)
        if nested and _is_one(found, typing.cast("type", kind)):
            yield from violations(found, f"{path}{name}.")
        elif nested or not _fits(found, kind):
            yield f"{path}{name}: {quoted(found)} is a {type(found).__name__}; {_wanted(kind)}"


def _is_one(value: object, kind: type) -> bool:
    """Return whether *value* is of the *kind*; of several variants it must be one."""
    return isinstance(value, kind) and (not isinstance(value, Variant) or hasattr(value, "KIND"))


def _fits(value: Any, kind: Any) -> bool:
    if kind == tuple[str, ...]:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    if typing.get_origin(kind) is Mapping:
        values = _value_types(kind)
        return isinstance(value, Mapping) and all(
            isinstance(k, str) and type(v) in values for k, v in value.items()
        )
    if isinstance(kind, types.UnionType):
        return any(_fits(value, each) for each in typing.get_args(kind))
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
    if isinstance(kind, types.UnionType):
        return "a number is wanted, or None"
    if issubclass(kind, Variant):
        return f"one of the kinds of {kind.__name__} is wanted"
    return f"a value of type {kind.__name__} is wanted"
