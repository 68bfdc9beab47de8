"""What does the reference page of events say? It is written from the classes."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factory.events import wire
from factory.events.event import Event
from factory.events.registry import MODULES, TYPES

INTRODUCTION = """\
# Events

Everything that happens is an event on the factory's bus, and the ledger keeps each once. This page
is generated from the classes in `factory/events/`.

On the wire an event has the `detail-type` and the `source` (`modelworks.` and the function that
emits it) of EventBridge. Its body holds `id`, `subject`, `actor`, `reason`, `key` and `detail`:

- `id` is the SHA-256 of the JSON list of source, type, subject and key, so an event that comes
  twice is one event, and no function can take the id of another's.
- `subject` says to what it happened, `actor` who did it (`person/NAME` or `function/NAME`), and
  `reason` why, in words. Who may be the actor is part of the type; others are refused.
- `detail` holds the fields below. A reader ignores those that it does not know; one that is marked
  as optional is absent when it is not set.
"""
SCALARS: Mapping[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Any: "any JSON",
    types.NoneType: "null",
}


def page(subscribers: Mapping[str, Sequence[str]]) -> str:
    """Return the page as Markdown; *subscribers* are the functions that subscribe to a type."""
    parts = [INTRODUCTION]
    for module in MODULES:
        parts.append(f"## {_first_line(module)}\n")
        declared = (cls for cls in TYPES.values() if cls.__module__ == module.__name__)
        parts += [_event(cls, subscribers.get(cls.TYPE, ())) for cls in declared]
    parts.append("## Parts of a detail\n")
    parts += [_part(kind) for kind in _parts()]
    return "\n".join(parts)


def _event(cls: type[Event], subscribers: Sequence[str]) -> str:
    emitters = ", ".join(f"`{name}`" for name in cls.EMITTERS)
    lines = [
        f"### {cls.TYPE}\n",
        f"{inspect.getdoc(cls)}\n",
        f"- Subject: `{_template(cls)}`",
        f"- Emitted by: {emitters or 'no function; the writer of the ledger records it'}",
        f"- Actor: {_actor(cls)}",
        f"- Key: {cls.KEY}",
        f"- Subscribers: {', '.join(f'`{name}`' for name in (*subscribers, 'audit_log'))}\n",
    ]
    if cls.DETAIL:
        lines.append(_table(cls, cls.DETAIL))
    return "\n".join(lines)


def _template(cls: type[Event]) -> str:
    """Return the subject's form as people read it: `model/MODEL/VERSION`."""
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: found[1].upper(), cls.SUBJECT.template)


def _actor(cls: type[Event]) -> str:
    return " or ".join(f"the {kind}" for kind in cls.ACTORS)


def _part(kind: Any) -> str:
    return f"### {kind.__name__}\n\n{inspect.getdoc(kind)}\n\n{_table(kind, _fields(kind))}"


def _table(owner: Any, fields: Sequence[dataclasses.Field[Any] | str]) -> str:
    kinds, meanings = wire.hints(owner), _meanings(owner)
    rows = ["| Field | Type | Meaning |", "| --- | --- | --- |"]
    for field in fields:
        name = field if isinstance(field, str) else field.name
        shown = name if isinstance(field, str) else wire.name_of(field)
        kind = _words(kinds[name]) + (", optional" if _optional(owner, field) else "")
        rows.append(f"| `{shown}` | {kind} | {_cell(meanings.get(name, ''))} |")
    return "\n".join(rows) + "\n"


def _optional(owner: Any, field: dataclasses.Field[Any] | str) -> bool:
    return field in owner.__optional_keys__ if isinstance(field, str) else wire.optional(field)


def _fields(kind: Any) -> Sequence[dataclasses.Field[Any] | str]:
    return tuple(wire.hints(kind)) if typing.is_typeddict(kind) else dataclasses.fields(kind)


def _words(kind: Any) -> str:
    """Return a type as people call it, with a link to its own section where it has one."""
    if kind in SCALARS:
        return SCALARS[kind]
    if _is_part(kind):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    items = [each for each in typing.get_args(kind) if each is not ...]
    if isinstance(kind, types.UnionType):
        return " or ".join(_words(each) for each in items)
    if typing.get_origin(kind) is tuple:
        return f"list of {_words(items[0])}"
    return f"object of {_words(items[1])} by name"


def _is_part(kind: Any) -> bool:
    return typing.is_typeddict(kind) or (dataclasses.is_dataclass(kind) and isinstance(kind, type))


def _parts() -> list[Any]:
    """Return the classes of nested values, each once, in the order of their names."""
    found: dict[str, Any] = {}
    waiting: list[Any] = list(TYPES.values())
    while waiting:
        for each in _nested(waiting.pop()):
            if each.__name__ not in found:
                found[each.__name__] = each
                waiting.append(each)
    return [found[name] for name in sorted(found)]


def _nested(owner: Any) -> Iterator[Any]:
    for field in owner.DETAIL if hasattr(owner, "DETAIL") else _fields(owner):
        kind = wire.hints(owner)[field if isinstance(field, str) else field.name]
        yield from (each for each in (kind, *typing.get_args(kind)) if _is_part(each))


def _meanings(owner: Any) -> dict[str, str]:
    """Return the texts under the fields of a class and of those that it extends."""
    found: dict[str, str] = {}
    for cls in reversed(inspect.getmro(owner)):
        if cls.__module__.startswith("factory."):
            found |= _texts(cls)
    return found


def _texts(cls: type) -> dict[str, str]:
    (body,) = (n.body for n in ast.parse(inspect.getsource(cls)).body if hasattr(n, "body"))
    return {
        field.target.id: inspect.cleandoc(str(text.value.value))
        for field, text in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _first_line(module: types.ModuleType) -> str:
    return (module.__doc__ or "").partition("\n")[0]
