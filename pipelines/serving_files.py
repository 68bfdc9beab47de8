"""Which code of ours serves a kind of model? What its serving code imports, by its own words.

It travels in the artifact, below the folder of `inference.py`.
"""

from __future__ import annotations

import ast
import importlib.resources
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from pipelines.contract import INFERENCE

ENTRY = "pipelines.steps.inference"
OURS = ("factory", "pipelines")


def files(kind: str) -> dict[str, bytes]:
    """Return the files that serve a task of the *kind*, by their names in an artifact."""
    found = {str(INFERENCE): _source(ENTRY)}
    left = [*_imported(ENTRY), f"pipelines.measure.{kind}"]
    for module in left:
        if (name := str(INFERENCE.parent / _path(module))) not in found:
            found[name] = _source(module)
            left += _imported(module)
    return found


def _path(module: str) -> PurePosixPath:
    package, _, name = module.rpartition(".")
    return PurePosixPath(*package.split("."), f"{name}.py") if package else PurePosixPath(name)


def _imported(module: str) -> Iterator[str]:
    """Yield the modules of ours that *module* imports at its top, and the packages they are in."""
    for node in ast.walk(ast.parse(_source(module))):
        if isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module):
            whole = (f"{node.module}.{alias.name}" for alias in node.names)
            for name in (each if _is_module(each) else node.module for each in whole):
                yield from _with_packages(name)


def _with_packages(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join([*parts[:end], "__init__"]) for end in range(1, len(parts)))
    yield module


def _is_ours(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in OURS


def _is_module(name: str) -> bool:
    return _file(name).is_file()


def _source(module: str) -> bytes:
    return _file(module).read_bytes()


def _file(module: str) -> Traversable:
    """Return the file of a *module* of ours; in a zip too."""
    top, *rest = _path(module).parts
    return importlib.resources.files(top).joinpath(*rest)
