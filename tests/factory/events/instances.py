"""What may the events of a type look like? Drawn from the types of its fields."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from factory.events import actor, wire
from factory.layout.names import function_actor, person_actor

TEXT = st.text(max_size=20)
SAID = st.text(min_size=1, max_size=20)
PART = st.text(st.characters(exclude_characters="/", codec="utf-8"), min_size=1, max_size=20)
SCALARS: dict[Any, st.SearchStrategy] = {
    str: TEXT,
    types.NoneType: st.none(),
    int: st.integers(0, 10**15),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    Any: st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
}


NAME = st.from_regex(actor.NAME, fullmatch=True)


def actors(cls):
    """Return a strategy for the actors of each kind."""
    return {
        actor.FUNCTION: st.sampled_from(cls.speakers()).map(function_actor),
        actor.PERSON: NAME.map(person_actor),
        actor.SERVICE: NAME.map("service/{}".format),
    }


def delivered(event, source=None, time="2026-01-01T00:00:00Z"):
    """Return the envelope in which EventBridge delivers *event*."""
    return {
        "detail-type": event.TYPE,
        "source": source or event.origin,
        "time": time,
        "detail": event.body(),
    }


def events(cls):
    """Return a strategy for events of a class."""
    inside = set(cls.SUBJECT.fields)
    found = {"reason": SAID, "key": SAID, "actor": st.one_of(*map(actors(cls).get, cls.ACTORS))}
    for field in dataclasses.fields(cls):
        if field.name not in found:
            kind = wire.hints(cls)[field.name]
            found[field.name] = PART if kind is str and field.name in inside else values(kind)
    return st.builds(cls, **found)


def values(kind):
    """Return a strategy for values of a type that a field may have."""
    if kind in SCALARS:
        return SCALARS[kind]
    if dataclasses.is_dataclass(kind):
        parts = {f.name: values(wire.hints(kind)[f.name]) for f in dataclasses.fields(kind)}
        return st.builds(kind, **parts)
    if typing.is_typeddict(kind):
        hints = wire.hints(kind)
        return st.fixed_dictionaries(
            {key: values(hints[key]) for key in kind.__required_keys__},
            optional={key: values(hints[key]) for key in kind.__optional_keys__},
        )
    parts = [values(each) for each in typing.get_args(kind) if each is not ...]
    if isinstance(kind, types.UnionType):
        return st.one_of(*parts)
    if typing.get_origin(kind) is tuple:
        return st.lists(parts[0], max_size=3).map(tuple)
    assert typing.get_origin(kind) is Mapping
    return st.dictionaries(TEXT, parts[1], max_size=3)
