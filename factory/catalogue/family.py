"""Which models come from one base? One for each combination of values of the axes."""

from __future__ import annotations

import dataclasses
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factory.catalogue.spec import Model
from factory.errors import InvalidSpec

MADE = ("name", "family", "where")  # what makes a member; all else may be overridden


def family(
    base: Model,
    /,
    *,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
    **axes: Sequence[str],
) -> tuple[Model, ...]:
    """Return one model a combination of the values of *axes*, each about those rows alone.

    An axis is a column of the data and its values: `family(BASE, drug=["a"], country=["b", "c"])`.
    *overrides* names members, and for each the fields that differ from *base*; a nested value such
    as `gates` is replaced as a whole. The base itself is no member, and no entry of the catalogue.
    """
    _check_axes(base, axes)
    columns = tuple(axes)
    members: dict[str, Model] = {}
    for values in itertools.product(*axes.values()):
        model = _member(base, dict(zip(columns, values, strict=True)))
        if model.name in members:
            raise InvalidSpec(
                f"family {base.name!r}: {_said(members[model.name].where)} and "
                f"{_said(model.where)} would both be called {model.name!r}; rename a value in the "
                "data, or keep one"
            )
        members[model.name] = model
    return tuple(_overridden(base, members, overrides or {}))


def slug(text: str) -> str:
    """Return *text* as a part of a model's name: lower-case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _check_axes(base: Model, axes: Mapping[str, Sequence[str]]) -> None:
    if not axes:
        raise InvalidSpec(
            f"family {base.name!r}: has no axis; name a column and its values, "
            'for example country=["de", "fr"]'
        )
    for column, values in axes.items():
        if isinstance(values, str) or not values:
            raise InvalidSpec(f"family {base.name!r}: axis {column} is {values!r}; list its values")
        if column in base.where:
            raise InvalidSpec(
                f"family {base.name!r}: {column} is an axis, and {base.where[column]!r} in the "
                "base's `where` already; keep one"
            )
        for value in values:
            if not isinstance(value, str) or not slug(value):
                raise InvalidSpec(
                    f"family {base.name!r}: {column} {value!r} makes no part of a name; "
                    "write a text with a letter or digit of a to z, 0 to 9"
                )


def _member(base: Model, where: Mapping[str, str]) -> Model:
    """Return *base* about the rows of *where*; a column that is constant there is no feature."""
    return dataclasses.replace(
        base,
        name="-".join((base.name, *map(slug, where.values()))),
        purpose=f"{base.purpose}; where {_said(where)}",
        family=base.name,
        where={**base.where, **where},
        features=tuple(c for c in base.features if c not in where),
    )


def _overridden(
    base: Model, members: Mapping[str, Model], overrides: Mapping[str, Mapping[str, Any]]
) -> Iterator[Model]:
    unknown = [name for name in overrides if name not in members]
    if unknown:
        raise InvalidSpec(
            f"family {base.name!r}: overrides {', '.join(unknown)}, which is no member; "
            f"there are {', '.join(members)}"
        )
    free = [f.name for f in dataclasses.fields(Model) if f.name not in MADE]
    for name, model in members.items():
        changed = overrides.get(name, {})
        wrong = [field for field in changed if field not in free]
        if wrong:
            raise InvalidSpec(
                f"model {name!r}: {', '.join(wrong)} cannot be overridden; {', '.join(free)} can"
            )
        yield dataclasses.replace(model, **changed)


def _said(where: Mapping[str, str]) -> str:
    return " and ".join(f"{column} is {value}" for column, value in where.items())
