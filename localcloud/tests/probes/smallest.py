"""What is the smallest request of an operation, by its service's model, and one more member?"""

from __future__ import annotations

import datetime as dt

OTHER = "neither-this-nor-that"
"""A text that no list of values has."""
MANY = 2
"""And a number that none has."""
_NUMBERS = {"integer", "long", "float", "double"}


def request(shape, path=(), last=None):
    """Return the required members of a structure, and the one under *path*.

    Its value is *last*, or the smallest that asks for anything.
    """
    if shape is None:
        return {}
    given = {name: value(shape.members[name]) for name in shape.required_members}
    if path:
        given[path[0]] = _at(shape.members[path[0]], path[1:], last)
    return given


def _at(shape, path, last):
    if shape.type_name == "list":
        return [_at(shape.member, path, last)]
    if shape.type_name == "map" and path and path[0] not in getattr(shape.value, "members", ()):
        return {path[0]: value(shape.value)}
    if shape.type_name == "map":
        key = last or _text(shape.key)
        return {key: _at(shape.value, path, last) if path else value(shape.value, asking=True)}
    if shape.type_name == "structure" and path:
        return request(shape, path, last)
    return value(shape, asking=True) if last is None or shape.type_name in _NUMBERS else last


def value(shape, *, asking=False):
    """Return the smallest value of a shape; one that is *asking* for something is never empty."""
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, asking=asking)
    if kind == "list":
        least = max(int(shape.metadata.get("min", 0)), 1)
        return [value(shape.member, asking=asking)] * least
    if kind == "map":
        return {_text(shape.key): value(shape.value, asking=asking)}
    return _scalar(shape, kind)


def _structure(shape, *, asking):
    given = {name: value(shape.members[name], asking=asking) for name in shape.required_members}
    if given or not (asking or shape.is_tagged_union):
        return given
    for name, inner in shape.members.items():
        if found := value(inner, asking=asking):
            return {name: found}
    name, inner = next(iter(shape.members.items()), (None, None))
    return {name: value(inner)} if shape.is_tagged_union else {}


def _scalar(shape, kind):
    if kind == "boolean":
        return True
    if kind in _NUMBERS:
        return max(shape.metadata.get("min", MANY), MANY)
    if kind == "timestamp":
        return dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    if kind == "blob":
        return b"x" * max(int(shape.metadata.get("min", 1)), 1)
    return _text(shape)


def _text(shape):
    if getattr(shape, "enum", None):
        return shape.enum[0]
    return "a" * max(int(shape.metadata.get("min", 3)), 3)
