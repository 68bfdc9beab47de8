"""How do the fields of an event become plain JSON, and come back with the types they must have?

Types of fields: texts, numbers, truths, `X | None`, tuples and mappings of them, dataclasses, and
typed dictionaries for parts of another document. What a reader does not know is passed over; what
it knows has the type that it must have.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import reprlib
import types
import typing
from collections.abc import Mapping
from typing import Any

from factory.errors import MalformedEvent

NAME = "wire"
"""In the metadata of a field: what it is called on the wire, where Python reserves the word."""
DIGITS = 18  # of a whole number in a text; Python refuses to read thousands of them
_hints = functools.cache(typing.get_type_hints)  # reading annotations is slow
WORDS: Mapping[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def hints(kind: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a class."""
    return _hints(kind)


def name_of(field: dataclasses.Field[Any]) -> str:
    """Return what *field* is called on the wire."""
    return str(field.metadata.get(NAME, field.name))


def optional(field: dataclasses.Field[Any]) -> bool:
    """Tell whether *field* may be absent; it is, while it has its default."""
    return field.default is not dataclasses.MISSING


def plain(value: Any) -> Any:
    """Return *value* as plain JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain_fields(value, dataclasses.fields(value))
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def plain_fields(value: Any, fields: typing.Iterable[dataclasses.Field[Any]]) -> dict[str, Any]:
    """Return *fields* of *value* as plain JSON, without the optional ones that are unset."""
    found = ((field, getattr(value, field.name)) for field in fields)
    return {
        name_of(field): plain(each)
        for field, each in found
        if not (optional(field) and each == field.default)
    }


def read(kind: Any, raw: Any, where: str) -> Any:
    """Return *raw* JSON as a *kind*; MalformedEvent says what is wrong at *where*."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        found = _expect(raw, Mapping, "an object", where)
        return kind(**read_fields(kind, dataclasses.fields(kind), found, where))
    if typing.is_typeddict(kind):
        return _document(kind, _expect(raw, Mapping, "an object", where), where)
    if isinstance(kind, types.UnionType):
        return None if raw is None else read(_not_none(kind), raw, where)
    if typing.get_origin(kind) is tuple:
        (item, _) = typing.get_args(kind)
        items = _expect(raw, list, "a list", where)
        return tuple(read(item, each, f"{where}[{n}]") for n, each in enumerate(items))
    if typing.get_origin(kind) is Mapping:
        (_, item) = typing.get_args(kind)
        entries = _expect(raw, Mapping, "an object", where)
        return {str(key): read(item, each, f"{where}.{key}") for key, each in entries.items()}
    return raw if kind is Any else _scalar(kind, raw, where)


def read_text(kind: Any, text: str, where: str) -> Any:
    """Return *text*, which holds nothing but a *kind*: a text, or a whole number in digits."""
    whole = kind is int and text.isascii() and text.isdigit() and len(text) <= DIGITS
    return read(kind, int(text) if whole else text, where)


def read_fields(
    owner: type,
    fields: typing.Iterable[dataclasses.Field[Any]],
    raw: Mapping[str, Any],
    where: str,
) -> dict[str, Any]:
    """Return the values of *fields* of *owner* in *raw*; an absent optional one keeps its default.

    One that *raw* lacks and *owner* needs is named in a MalformedEvent.
    """
    kinds, found = hints(owner), {}
    for field in fields:
        name = name_of(field)
        if name in raw:
            found[field.name] = read(kinds[field.name], raw[name], f"{where}.{name}")
        elif not optional(field):
            raise MalformedEvent(f"{where}.{name} is missing")
    return found


def _document(kind: Any, raw: Mapping[str, Any], where: str) -> Any:
    """Check the keys that a typed dictionary knows, and keep the others as they are."""
    if missing := sorted(kind.__required_keys__ - set(raw)):
        raise MalformedEvent(f"{where}.{missing[0]} is missing")
    kinds = hints(kind)
    return {k: read(kinds.get(k, Any), each, f"{where}.{k}") for k, each in raw.items()}


def _not_none(kind: types.UnionType) -> Any:
    (other,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
    return other


def _scalar(kind: Any, raw: Any, where: str) -> Any:
    fits = type(raw) in ({int, float} if kind is float else {kind})
    if not fits or (isinstance(raw, float) and not math.isfinite(raw)):
        raise _wrong(raw, WORDS[kind], where)
    return raw


def _expect(raw: Any, kind: Any, words: str, where: str) -> Any:
    if not isinstance(raw, kind):
        raise _wrong(raw, words, where)
    return raw


def _wrong(raw: Any, words: str, where: str) -> MalformedEvent:
    return MalformedEvent(f"{where} is {reprlib.repr(raw)}, which is not {words}")
