"""What does a change of a field of the spec touch, and when does it loosen what keeps a model safe?

Every field of `spec.Model` is annotated with one `FieldClass`; every threshold and every guard also
with the change that loosens it.
"""

from __future__ import annotations

import dataclasses
import enum
import typing
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from factory.variant import Variant


class FieldClass(enum.Enum):
    """What depends on a field; fields of a nested value have the class of that value."""

    JUDGED = "judged"
    """A run and its gates: a change needs a new run, and a waiting approval is refused."""
    GUARD = "guard"
    """What keeps the model safe afterwards: a change needs no run; a loosened guard is held."""
    REST = "rest"
    """What people read: a change touches nothing else."""


class Loosens(enum.Enum):
    """The change that makes a threshold or a guard let more pass than before."""

    UP = "a larger value"
    DOWN = "a smaller value"
    REMOVED = "a name taken away"
    ANY = "any change"
    NEVER = "no change"

    def by(self, before: Any, after: Any) -> bool:
        """Return whether going from *before* to *after* loosens."""
        if before is None or after is None:
            return self is not Loosens.NEVER and before != after
        match self:
            case Loosens.UP:
                return bool(after > before)
            case Loosens.DOWN:
                return bool(after < before)
            case Loosens.REMOVED:
                return bool(set(before) - set(after))
            case Loosens.ANY:
                return bool(after != before)
            case Loosens.NEVER:
                return False

    def held(self, before: Any, after: Any) -> Any:
        """Return the value that stays in force while a loosening change waits for approval."""
        if self is Loosens.REMOVED:
            return (*after, *(name for name in before if name not in after))
        return before


JUDGED, GUARD, REST = FieldClass
UP, DOWN, REMOVED, ANY, NEVER = Loosens


@dataclass(frozen=True)
class Leaf:
    """One field of the spec that holds a value and not further fields."""

    path: str
    """Dotted, from the model: `gates.floor.at_least`."""
    field_class: FieldClass
    loosens: Loosens | None
    """None for what is neither a threshold nor a guard."""


def leaves(kind: type, path: str = "", inherited: FieldClass | None = None) -> Iterator[Leaf]:
    """Yield every leaf of the dataclass *kind*, in the order of declaration.

    Raises TypeError, naming the field, when one has no class or two.
    """
    hints = typing.get_type_hints(kind, include_extras=True)
    for field in dataclasses.fields(kind):
        name = f"{path}{field.name}"
        bare, classes, directions = _annotations(hints[field.name])
        own = _only(name, [*classes, *([inherited] if inherited and not classes else [])])
        if (
            isinstance(bare, type)
            and dataclasses.is_dataclass(bare)
            and not issubclass(bare, Variant)
        ):
            yield from leaves(bare, f"{name}.", own)
        else:
            yield Leaf(name, own, directions[0] if directions else None)


def _annotations(hint: Any) -> tuple[Any, list[FieldClass], list[Loosens]]:
    if typing.get_origin(hint) is not typing.Annotated:
        return hint, [], []
    bare, *extras = typing.get_args(hint)
    classes = [extra for extra in extras if isinstance(extra, FieldClass)]
    return bare, classes, [extra for extra in extras if isinstance(extra, Loosens)]


def _only(name: str, classes: Collection[FieldClass]) -> FieldClass:
    if len(classes) != 1:
        raise TypeError(f"{name}: has {len(classes)} classes; annotate it JUDGED, GUARD or REST")
    return next(iter(classes))


def value_at(record: Any, path: str) -> Any:
    """Return the value of the leaf *path* in *record*."""
    for name in path.split("."):
        record = getattr(record, name)
    return record


def replaced(record: Any, values: Mapping[str, Any]) -> Any:
    """Return *record* with the leaves of *values*, by path, set anew."""
    own = {path: value for path, value in values.items() if "." not in path}
    nested: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        head, dot, rest = path.partition(".")
        if dot:
            nested.setdefault(head, {})[rest] = value
    inner = {head: replaced(getattr(record, head), rest) for head, rest in nested.items()}
    return dataclasses.replace(record, **own, **inner)
