"""How is each kind of object taken to pieces, and made of them again without a call of its own?"""

from __future__ import annotations

import collections
import copy
import datetime as dt
import decimal
import enum
import functools
import importlib
import ipaddress
import re
import sys
import threading
import types
import uuid
import weakref
from typing import TYPE_CHECKING, Any

from dateutil.tz import tzutc  # type: ignore[import-untyped]
from requests.structures import CaseInsensitiveDict

from localcloud.state import keys, objects
from localcloud.state.references import Foreign, NotPlain

if TYPE_CHECKING:
    from collections.abc import Callable

_OWNERS = ("moto.", "localcloud.")
_CODE = (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_SIMPLE = (str, int, float, bytes, tuple)


def pieces(obj: Any) -> Any:
    """Return what pickle asks a reducer for; raise NotPlain for code."""
    kind: Any = type(obj)
    return _way(kind)(obj)


@functools.cache
def _way(kind: Any) -> Callable[[Any], Any]:
    """Return how objects of a class are taken to pieces: found once, for there are many of them."""
    if issubclass(kind, _CODE):
        return _code
    if kind in _REDUCERS:
        return _REDUCERS[kind]
    if kind.__module__.startswith("cryptography."):
        return lambda key: (keys.read, keys.written(key))
    return _way_of_owner(kind) if kind.__module__.startswith(_OWNERS) else lambda _: NotImplemented


def _way_of_owner(kind: Any) -> Callable[[Any], Any]:
    names = (kind.__module__, kind.__qualname__)
    if issubclass(kind, enum.Enum):
        return lambda member: (_member, (*names, member.name))
    if issubclass(kind, _SIMPLE):
        base: Any = next(each for each in _SIMPLE if issubclass(kind, each))
        return lambda simple: (_value, (*names, base(simple)))
    content = _content if issubclass(kind, dict | list) else lambda _: ()
    return functools.partial(_of_owner, names, _slots(kind), content)


def _code(obj: Any) -> Any:
    if CALLABLE.get(f"{obj.__module__}.{obj.__qualname__}") is obj:
        return NotImplemented
    raise NotPlain(f"{obj!r} is not plain data")


def _slots(kind: type) -> tuple[str, ...]:
    found: list[str] = []
    for each in kind.__mro__:
        names = each.__dict__.get("__slots__", ())
        found += (names,) if isinstance(names, str) else names
    return tuple(name for name in found if name not in {"__dict__", "__weakref__"})


def _of_owner(
    names: tuple[str, str],
    slots: tuple[str, ...],
    content: Callable[[Any], tuple[Any, ...]],
    obj: Any,
) -> tuple[Any, ...]:
    found = dict(getattr(obj, "__dict__", ()))
    for name in slots:
        if hasattr(obj, name):
            found[name] = getattr(obj, name)
    for name, value in found.items():
        if type(value) is dict and value and (methods := Methods.of(obj, value)):
            found[name] = methods
    return _new, names, (found, *content(obj)), None, None, _fill


def _content(obj: Any) -> tuple[Any, ...]:
    items = list(obj) if isinstance(obj, list) else ()
    pairs = list(dict.items(obj)) if isinstance(obj, dict) else ()
    default = _sample(obj) if isinstance(obj, collections.defaultdict) else None
    return items, pairs, default


class Methods(dict[str, str]):
    """What an object has in the place of a dictionary of its own methods: their names."""

    @classmethod
    def of(cls, obj: Any, value: dict[str, Any]) -> Methods | None:
        """Return the names of a dictionary of methods of *obj*; None for any other dictionary."""
        if any(getattr(each, "__self__", None) is not obj for each in value.values()):
            return None
        return cls((key, method.__name__) for key, method in value.items())

    def bound(self, obj: Any) -> dict[str, Any]:
        """Return the methods of *obj* again."""
        return {key: getattr(obj, name) for key, name in self.items()}


def _class(module: str, name: str) -> Any:
    """Return a class of moto's or localcloud's, where it is defined and nowhere else."""
    found: Any = sys.modules.get(module) if module.startswith(_OWNERS) else None
    if found is None and module.startswith("moto."):  # some of moto's come only when they are used
        found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type) or (found.__module__, found.__qualname__) != (module, name):
        raise Foreign(f"it asks for {module}.{name}, which no state holds")
    return found


def _base(kind: type) -> Any:
    """Return the class of Python's that a class is one of: its ways are not overridden."""
    return next(each for each in kind.__mro__ if not each.__module__.startswith(_OWNERS))


def _new(module: str, name: str) -> Any:
    kind = _class(module, name)
    return _base(kind).__new__(kind)


def _fill(obj: Any, content: tuple[dict[str, Any], list[Any], list[tuple[Any, Any]], Any]) -> None:
    if not type(obj).__module__.startswith(_OWNERS):
        raise Foreign(f"it gives attributes to {type(obj)}")
    attributes, items, pairs, default = content if len(content) > 1 else (*content, (), (), None)
    if isinstance(obj, collections.defaultdict):
        obj.default_factory = _default(default).default_factory
    for item in items:
        _base(type(obj)).append(obj, item)
    for key, value in pairs:
        _base(type(obj)).__setitem__(obj, key, value)
    for name, written in attributes.items():
        value = written.bound(obj) if isinstance(written, Methods) else written
        if hasattr(obj, "__dict__"):
            obj.__dict__[name] = value
        else:
            object.__setattr__(obj, name, value)


def _value(module: str, name: str, value: Any) -> Any:
    kind = _class(module, name)
    base = next(each for each in _SIMPLE if issubclass(kind, each))
    return base.__new__(kind, value)


def _member(module: str, name: str, member: str) -> Any:
    kind = _class(module, name)
    if not issubclass(kind, enum.Enum):
        raise Foreign(f"{module}.{name} is not an enumeration")
    return kind[member]


def _lock(kind: str) -> Any:
    """Return a lock that nobody holds."""
    return {"Lock": threading.Lock, "RLock": threading.RLock, "Condition": threading.Condition}[
        kind
    ]()


def _event(is_set: bool) -> threading.Event:  # noqa: FBT001 - pickle gives no names
    event = threading.Event()
    if is_set:
        event.set()
    return event


def _default(sample: Any) -> collections.defaultdict[Any, Any]:
    """Return a dictionary whose default is a copy of *sample*; None stands for no default."""
    return collections.defaultdict(None if sample is None else lambda: copy.deepcopy(sample))


def _weak() -> weakref.WeakValueDictionary[Any, Any]:
    return weakref.WeakValueDictionary()


def _reduced_default(obj: collections.defaultdict[Any, Any]) -> tuple[Any, ...]:
    return _default, (_sample(obj),), None, None, iter(obj.items())


def _sample(obj: collections.defaultdict[Any, Any]) -> Any:
    return obj.default_factory() if obj.default_factory else None


_REDUCERS: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    type(threading.Lock()): lambda _: (_lock, ("Lock",)),
    type(threading.RLock()): lambda _: (_lock, ("RLock",)),
    threading.Condition: lambda _: (_lock, ("Condition",)),
    objects.Stored: lambda content: (objects.read, objects.written(content)),
    threading.Event: lambda event: (_event, (event.is_set(),)),
    collections.defaultdict: _reduced_default,
    weakref.WeakValueDictionary: lambda weak: (_weak, (), None, None, iter(list(weak.items()))),
}
CALLABLE: dict[str, Any] = {
    f"{each.__module__}.{each.__qualname__}": each
    for each in (
        *(_new, _fill, _value, _member, _lock, _event, _default, _weak, keys.read, objects.read),
        *(dict, list, set, frozenset, int, str, float, bool, bytearray, complex, object),
        *(collections.OrderedDict, collections.defaultdict, collections.deque),
        *(collections.Counter, CaseInsensitiveDict),
        *(ipaddress.IPv4Network, ipaddress.IPv6Network, ipaddress.IPv4Address),
        *(dt.datetime, dt.date, dt.time, dt.timedelta, dt.timezone),
        *(decimal.Decimal, uuid.UUID, re._compile, tzutc),  # type: ignore[attr-defined]
    )
}
"""All that bytes may call, by name."""
