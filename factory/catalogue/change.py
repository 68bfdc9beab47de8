"""What has changed from one spec to the next, and does it loosen anything?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from factory.catalogue import classes, document
from factory.catalogue.classes import FieldClass, Leaf
from factory.catalogue.spec import Judged, Model

LONGEST = 300  # characters of one value in words and events
WORDS = 900  # characters of all changes; a description in the registry takes 1,024


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that differs."""

    field: str
    """Its dotted path: `gates.floor.at_least`."""
    before: Any
    """The old value as plain JSON."""
    after: Any
    """The new value as plain JSON."""
    loosens: bool
    """Whether the new value lets through what the old one would not."""
    field_class: str = dataclasses.field(metadata={"wire": "class"})
    """`judged`, `guard` or `rest`."""

    def __str__(self) -> str:
        """Return the change as people read it."""
        loosened = " (loosened)" if self.loosens else ""
        return f"{self.field}: {_brief(self.before)!r} is now {_brief(self.after)!r}{loosened}"

    def plain(self) -> dict[str, Any]:
        """Return the change as plain JSON."""
        return {
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "loosens": self.loosens,
            "field_class": self.field_class,
        }

    def brief(self) -> dict[str, Any]:
        """Return the change as plain JSON for an event, which has room for short values only."""
        return {**self.plain(), "before": _brief(self.before), "after": _brief(self.after)}

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """Read what `plain` wrote."""
        return cls(
            field=found["field"],
            before=found["before"],
            after=found["after"],
            loosens=found["loosens"],
            field_class=found["field_class"],
        )


def changes(before: Judged, after: Judged) -> tuple[Change, ...]:
    """Return the fields in which two specs, or two judged documents, differ, in their order.

    Fields that only one of the two has are not compared.
    """
    kind = Model if isinstance(before, Model) and isinstance(after, Model) else Judged
    found = (_change(leaf, before, after) for leaf in classes.leaves(kind))
    return tuple(change for change in found if change)


def _change(leaf: Leaf, before: Judged, after: Judged) -> Change | None:
    old, new = classes.value_at(before, leaf.path), classes.value_at(after, leaf.path)
    was, now = document.plain(old), document.plain(new)
    if document.canonical(was) == document.canonical(now):  # digests know 1 from 1.0
        return None
    return Change(
        field=leaf.path,
        before=was,
        after=now,
        loosens=bool(leaf.loosens and leaf.loosens.by(old, new)),
        field_class=leaf.field_class.value,
    )


def loosened_guards(before: Model, after: Model) -> tuple[Change, ...]:
    """Return the changes that may take force only when somebody independent approves them."""
    return tuple(c for c in changes(before, after) if c.loosens and _is_guard(c))


def held_back(before: Model, after: Model) -> Model:
    """Return *after* with every loosened guard as it is in *before*.

    Names taken away from a guard that lists names stay beside the new ones.
    """
    directions = {leaf.path: leaf.loosens for leaf in classes.leaves(Model)}
    kept: dict[str, Any] = {}
    for change in loosened_guards(before, after):
        old, new = (classes.value_at(model, change.field) for model in (before, after))
        direction = directions[change.field]
        kept[change.field] = direction.held(old, new) if direction else old
    held: Model = classes.replaced(after, kept)
    return held


def words(found: Iterable[Change]) -> str:
    """Return changes as one sentence part, cut where a reason becomes too long to read.

    What loosens comes first, and rather without values than not at all.
    """
    ordered = sorted(found, key=lambda change: not change.loosens)
    text = "; ".join(map(str, ordered))
    if len(text) > WORDS:
        text = _fields(ordered)
    return text if len(text) <= WORDS else f"{text[:WORDS]}..."


def _fields(found: Iterable[Change]) -> str:
    """Return the fields that change, each after those of the same value, without what they say."""
    said: dict[str, dict[str, list[str]]] = {}
    for change in found:
        owner, _, name = change.field.rpartition(".")
        about = "loosened" if change.loosens else "changed"
        said.setdefault(about, {}).setdefault(owner, []).append(name)
    return "; ".join(
        f"{about}: {', '.join(_together(owner, names) for owner, names in owners.items())}"
        for about, owners in said.items()
    )


def _together(owner: str, names: Sequence[str]) -> str:
    return f"{owner}.({', '.join(names)})" if owner else ", ".join(names)


def _brief(value: Any) -> Any:
    """Return *value*, or the beginning of its JSON if that is long."""
    text = document.canonical(value)
    more = len(text) - LONGEST
    return f"{text[:LONGEST]}... and {more} characters more" if more > 0 else value


def _is_guard(change: Change) -> bool:
    return change.field_class == FieldClass.GUARD.value
