"""Is what a lock pins installed, in the version that is pinned? Reads both; installs nothing."""

from __future__ import annotations

import ast
import operator
import platform
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)\s*(?:;\s*(.*?))?\s*\\?$")
COMPARISONS: Mapping[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def pinned(lock: Path, python: str) -> dict[str, str]:
    """Return name and version of what *lock* pins for this machine and a *python* like "3.11.7"."""
    found = {}
    for name, version, marker in _pins(lock):
        if not marker or holds(marker, python):
            found[_normal(name)] = version
    return found


def installed(environment: Path) -> dict[str, str]:
    """Return name and version of what a virtual environment holds."""
    places = [str(place) for place in environment.glob("lib/python*/site-packages")]
    return {
        _normal(found.metadata["Name"]): found.version
        for found in metadata.distributions(path=places)
        if found.metadata["Name"]  # a removal that broke off leaves a nameless folder
    }


def holds(marker: str, python: str) -> bool:
    """Return whether a pin's condition, as `python_full_version < '3.12'`, is true here.

    The grammar of conditions is a part of Python's own; an unknown name in one is an error.
    """
    facts = {
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": sys.platform,
        "platform_system": platform.system(),
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
    }
    return bool(_value(ast.parse(marker, mode="eval").body, facts))


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, for comparing."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _pins(lock: Path) -> Iterator[tuple[str, str, str]]:
    for line in lock.read_text(encoding="utf-8").splitlines():
        if match := PIN.match(line):
            name, version, marker = match.groups()
            yield name, version, marker or ""


def _value(node: ast.expr, facts: Mapping[str, str]) -> Any:
    if isinstance(node, ast.BoolOp):
        combine = all if isinstance(node.op, ast.And) else any
        return combine(_value(part, facts) for part in node.values)
    if isinstance(node, ast.Name):
        return facts[node.id]
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        left, right = _value(node.left, facts), _value(node.comparators[0], facts)
        if isinstance(node.left, ast.Name) and "version" in node.left.id:
            left, right = numbers(left), numbers(right)
        return COMPARISONS[type(node.ops[0])](left, right)
    raise ValueError(f"{ast.unparse(node)}: this kind of condition is not known here")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
