"""What does the source of a class say that the class itself has forgotten?"""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def meanings(kind: type) -> dict[str, str]:
    """Return the texts under the fields of a class and of those that it extends, by field."""
    found: dict[str, str] = {}
    for each in reversed(inspect.getmro(kind)):
        found |= _own(each)
    return found


def _own(kind: type) -> dict[str, str]:
    module = sys.modules[kind.__module__]
    if not getattr(module, "__file__", None) or kind.__module__ == "builtins":
        return {}
    classes = (n for n in ast.walk(tree(Path(str(module.__file__)))) if isinstance(n, ast.ClassDef))
    return next((dict(_texts(node)) for node in classes if node.name == kind.__name__), {})


def _texts(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in itertools.pairwise(node.body):
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            yield from ((name, inspect.cleandoc(str(text.value.value))) for name in _named(field))


def _named(statement: ast.stmt) -> list[str]:
    """Return the name that a statement gives a value to."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
        case _:
            return []


@functools.cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def sources(*rooms: str) -> Iterator[Path]:
    """Yield the Python files of *rooms*, folders or files of the root, in a fixed order."""
    for room in rooms:
        path = ROOT / room
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def first_line(text: str | None) -> str:
    """Return the first line of a docstring, or of nothing."""
    return (text or "").strip().partition("\n")[0]
