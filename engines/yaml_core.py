"""What does a YAML file say, and on which line? The core schema of YAML 1.2, in bounded work.

PyYAML finds the nodes; what they mean is decided here. Its own loaders read YAML 1.1, in which 010
is 8, 24:00 is 1440 and `no` is false. Merge keys (`<<`) are not of YAML 1.2, but many write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from factory import reasons
from factory.errors import InvalidContract

MOST_BYTES = 2 * 2**20
MOST_VALUES = 200_000
"""Keys and values, as often as aliases and merges repeat them: a few lines can mean billions."""
MOST_DEEP = 60
MOST_DIGITS = 300  # as many as a float can have
TAG, PLAIN = "tag:yaml.org,2002:", "plain"
KINDS: Mapping[str, type] = {"null": type(None), "bool": bool, "int": int, "float": float}
NULL = re.compile(r"(?:~|null|Null|NULL|)")
TRUE, FALSE = re.compile(r"true|True|TRUE"), re.compile(r"false|False|FALSE")
WHOLE = re.compile(r"[-+]?[0-9]+")
OTHER_BASES = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
MERGE = "<<"


@dataclass(frozen=True)
class Document:
    """What a file says."""

    value: Any
    lines: dict[str, int] = field(default_factory=dict)
    """The line of each value by its path, as `schema[0].name`; the document itself has none."""

    def line(self, path: str) -> int | None:
        """Return the line of what is at *path*, or else of what holds it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return None


def read(content: bytes) -> Document:
    """Return what *content* says, in UTF-8 or UTF-16; InvalidContract names the line and why."""
    if len(content) > MOST_BYTES:
        raise InvalidContract(f"has {len(content)} bytes, and {MOST_BYTES} are read; shorten it")
    try:
        loader = _Nodes(content)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
        return _Reading().document(node)
    except RecursionError:
        raise _refused(None, f"is more than {MOST_DEEP} levels deep") from None
    except yaml.MarkedYAMLError as exc:
        raise _refused(_mark(exc), f"is not YAML: {exc.problem or exc.context}") from exc
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise _refused(None, f"is not YAML: {exc}") from exc


class _Nodes(yaml.SafeLoader):
    """The nodes of a document; what plain scalars are is left open."""

    def resolve(self, kind: type, _value: Any, implicit: Any) -> str:
        """Return the tag of a node that has none: that of any text is open unless it is quoted."""
        if kind is yaml.ScalarNode:
            return PLAIN if implicit[0] else f"{TAG}str"
        return f"{TAG}{'seq' if kind is yaml.SequenceNode else 'map'}"


class _Reading:
    """One document on its way from nodes to values."""

    def __init__(self) -> None:
        self._values, self._lines = 0, dict[str, int]()
        self._open: set[int] = set()

    def document(self, node: yaml.Node | None) -> Document:
        return Document(None if node is None else self._value(node, ""), self._lines)

    def _value(self, node: yaml.Node, path: str) -> Any:
        """Return what *node* says, which holds itself at no depth and is counted each time."""
        self._count(node)
        if path:
            self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        self._enter(node)
        if isinstance(node, yaml.MappingNode):
            found: Any = self._mapping(node, path)
        else:
            found = self._sequence(node, path)
        self._open.discard(id(node))
        return found

    def _sequence(self, node: yaml.Node, path: str) -> list[Any]:
        _demand_tag(node, "seq")
        return [self._value(each, f"{path}[{n}]") for n, each in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        _demand_tag(node, "map")
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if _is_merge(key):
                for each in self._merged(value):
                    merged = {**each, **merged}
                continue
            name = self._key(key)
            if name in own:
                raise _refused(key, f"{reasons.quoted(name)} is there twice; keep one")
            inner = f"{path}.{name}" if path else name
            own[name] = self._value(value, inner)
            self._lines[inner] = key.start_mark.line + 1
        return {**merged, **own}

    def _merged(self, node: yaml.Node) -> Iterator[dict[str, Any]]:
        """Yield the mappings that a merge key brings, the strongest first."""
        for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            if not isinstance(each, yaml.MappingNode):
                raise _refused(each, "a merge key (<<) takes a mapping or a list of them")
            yield self._value(each, "")

    def _key(self, node: yaml.Node) -> str:
        """Return a key as it is written: all keys of a contract are texts."""
        self._count(node)
        if not isinstance(node, yaml.ScalarNode):
            raise _refused(node, "a key is not text; write a name")
        return str(node.value)

    def _count(self, node: yaml.Node) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            raise _refused(
                node, f"says more than {MOST_VALUES} keys and values, with what aliases repeat"
            )

    def _enter(self, node: yaml.Node) -> None:
        if id(node) in self._open:
            raise _refused(node, "holds itself, by an alias; write it out")
        if len(self._open) >= MOST_DEEP:
            raise _refused(node, f"is more than {MOST_DEEP} levels deep")
        self._open.add(id(node))


def _scalar(node: yaml.ScalarNode) -> Any:
    """Return the value of a scalar: text where it is quoted, else by the core schema."""
    text, tag = str(node.value), str(node.tag).removeprefix(TAG)
    if tag == "str":
        return text
    if tag != PLAIN and tag not in KINDS:
        raise _refused(node, f"has the tag {reasons.quoted(node.tag)}; leave it out")
    found = _resolved(node, text)
    if tag == "float" and type(found) is int:
        return float(found)
    if tag != PLAIN and type(found) is not KINDS[tag]:
        raise _refused(node, f"{reasons.quoted(text)} is not a {tag}, as its tag says")
    return found


def _resolved(node: yaml.ScalarNode, text: str) -> Any:
    if NULL.fullmatch(text):
        return None
    if TRUE.fullmatch(text) or FALSE.fullmatch(text):
        return bool(TRUE.fullmatch(text))
    if WHOLE.fullmatch(text) or OTHER_BASES.fullmatch(text):
        if len(text) > MOST_DIGITS:
            raise _refused(node, f"has a number of more than {MOST_DIGITS} digits; shorten it")
        return int(text, 10 if WHOLE.fullmatch(text) else 0)
    if NUMBER.fullmatch(text):
        return float(text)
    if SPECIAL.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def _is_merge(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == PLAIN and node.value == MERGE


def _demand_tag(node: yaml.Node, kind: str) -> None:
    if node.tag not in {TAG + kind, "!"}:
        raise _refused(node, f"has the tag {reasons.quoted(node.tag)}; leave it out")


def _mark(exc: yaml.MarkedYAMLError) -> yaml.Mark | None:
    return exc.problem_mark or exc.context_mark


def _refused(at: yaml.Node | yaml.Mark | None, why: str) -> InvalidContract:
    mark = at.start_mark if isinstance(at, yaml.Node) else at
    where = f"line {mark.line + 1}: " if mark else ""
    return InvalidContract(where + reasons.shown(why, 400))
