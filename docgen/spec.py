"""What does the reference page of the spec say? It is written from the fields of `Model`."""

from __future__ import annotations

import dataclasses
import textwrap
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING
from typing import Any

from docgen import bounds, markdown, source
from factory.catalogue import bounds as tiers
from factory.catalogue import classes
from factory.catalogue.classes import FieldClass, Leaf
from factory.catalogue.spec import Model

INTRODUCTION = """\
# The spec of a model

A model is one frozen value, `Model(...)`, in `models/`. This page is generated from
`factory/catalogue/spec.py` and, for what runs depend on, from `factory/catalogue/judged.py`.
[Add a model](../guides/add-a-model.md) shows a complete one.

Every threshold has bounds by the risk `tier` of the model: 1, the highest, 2 or 3. A spec past them
is neither deployed nor promoted. `factory/catalogue/bounds.py` has the table.

Every field belongs to one of three classes. [Upgrade](../guides/upgrade.md) says what a change of
each entails.
"""
NONE = "-"


def page() -> str:
    """Return the page as Markdown: the classes, an overview, and a section per field."""
    leaves = list(classes.leaves(Model))
    parts = [INTRODUCTION, _classes(), "## All fields\n", _overview(leaves)]
    for group, inside in _groups(leaves):
        parts += [f"## {_title(group)}\n", *_introduced(group), *map(_section, inside)]
    return "\n".join(parts)


def _classes() -> str:
    texts = source.meanings(FieldClass)
    rows = [(each.value, texts.get(each.name, "")) for each in FieldClass]
    return markdown.table(("Class", "What depends on it"), rows)


def _overview(leaves: list[Leaf]) -> str:
    rows = [
        (
            f"[`{leaf.path}`](#{anchor(leaf.path)})",
            _type(leaf),
            default(leaf),
            leaf.field_class.value,
            leaf.loosens.value if leaf.loosens else NONE,
        )
        for leaf in leaves
    ]
    return markdown.table(("Field", "Type", "Default", "Class", "Loosened by"), rows)


def _section(leaf: Leaf) -> str:
    lines = [
        f"### `{leaf.path}`\n",
        *([markdown.wrapped(meaning(leaf)) + "\n"] if meaning(leaf) else []),
        f"- Type: {_type(leaf)}",
        f"- Default: {default(leaf)}",
        f"- Class: {leaf.field_class.value}",
    ]
    if leaf.loosens:
        lines.append(f"- Loosened by: {leaf.loosens.value}")
    limits = [f"- Bounds: {each}" for each in _tiers(leaf)]
    lines += [textwrap.fill(each, markdown.WIDTH, subsequent_indent="  ") for each in limits]
    lines += [f"- Refused: {words}" for words in bounds.refusals(leaf.path)]
    return "\n".join(lines) + "\n"


def _tiers(leaf: Leaf) -> Iterator[str]:
    """Yield how far the field may go by risk tier, or why nothing bounds it."""
    if leaf.path in tiers.BOUNDS:
        yield str(tiers.BOUNDS[leaf.path])
    elif leaf.path == "gates.fairness.exempt":
        yield f"characters {tiers.EXEMPT}"
    elif leaf.path in tiers.FREE:
        yield f"none; {tiers.FREE[leaf.path]}"


def _groups(leaves: list[Leaf]) -> Iterator[tuple[str, list[Leaf]]]:
    """Yield the leaves by the value that holds them: the model's own first."""
    names = dict.fromkeys(leaf.path.rpartition(".")[0] for leaf in leaves)
    for group in names:
        yield group, [leaf for leaf in leaves if leaf.path.rpartition(".")[0] == group]


def _title(group: str) -> str:
    return f"`{group}`: {_owner(f'{group}.x').__name__}" if group else "The model itself"


def _introduced(group: str) -> list[str]:
    return [markdown.prose(_owner(f"{group}.x").__doc__ or "")] if group else []


def _owner(path: str) -> type:
    """Return the dataclass that declares the last part of *path*."""
    kind: Any = Model
    for name in path.split(".")[:-1]:
        kind = typing.get_type_hints(kind)[name]
    return typing.cast("type", kind)


def _field(leaf: Leaf) -> dataclasses.Field[Any]:
    name = leaf.path.rpartition(".")[2]
    return next(f for f in dataclasses.fields(_owner(leaf.path)) if f.name == name)


def meaning(leaf: Leaf) -> str:
    """Return the text under a field, or nothing."""
    return source.meanings(_owner(leaf.path)).get(_field(leaf).name, "")


def _type(leaf: Leaf) -> str:
    return words_of(typing.get_type_hints(_owner(leaf.path))[_field(leaf).name])


def words_of(kind: Any) -> str:
    """Return a type as people call it."""
    scalars = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    scalars |= {types.NoneType: "nothing"}
    if kind in scalars:
        return scalars[kind]
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return f"tuple of {words_of(inner[0])}s"
    if origin is Mapping:
        return f"mapping of names to {words_of(inner[1])}"
    return " or ".join(words_of(each) for each in inner) if inner else str(kind.__name__)


def default(leaf: Leaf) -> str:
    """Return what a field is when a model does not say it."""
    field = _field(leaf)
    if field.default is not MISSING:
        return f"`{field.default!r}`"
    if field.default_factory is not MISSING:
        return f"`{field.default_factory()!r}`"
    return "required"


def anchor(path: str) -> str:
    """Return the anchor that GitHub gives to the heading of a field."""
    return path.replace(".", "")
