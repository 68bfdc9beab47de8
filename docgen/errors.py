"""What does the reference page of the errors say? It is written from the classes and their uses."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from docgen import markdown, source
from factory import errors, exit_code
from factory.errors import FactoryError

ROOMS = ("factory", "engines", "aws", "lambdas", "models", "pipelines", "stacks", "app.py", "cli")
"""Where errors are raised that a person may see."""
INTRODUCTION = """\
# Errors

Every error that the factory raises on purpose is one of these classes. Its message says the
thing, the fact and the remedy. This page is generated from `factory/errors.py` and from every
`raise`.
"""


def page() -> str:
    """Return the page as Markdown: the tree, then a section per class."""
    tree = inspect.cleandoc(errors.__doc__ or "").partition("\n\n")[2]
    parts = [INTRODUCTION, "## The tree\n", f"```\n{tree.strip()}\n```\n"]
    return "\n".join([*parts, *map(_section, kinds())])


def kinds() -> list[type[FactoryError]]:
    """Return the classes, in the order in which they are declared."""
    found = [each for each in vars(errors).values() if inspect.isclass(each)]
    return [each for each in found if issubclass(each, FactoryError)]


def _section(kind: type[FactoryError]) -> str:
    places = list(dict.fromkeys(_raisers(kind.__name__)))
    lines = [
        f"## {kind.__name__}\n",
        markdown.prose(inspect.getdoc(kind) or ""),
        f"- Kind of: {markdown.codes([str(kind.__base__ and kind.__base__.__name__)])}",
        f"- Exit code of `factory`: {exit_code.of(kind()):d}",
        markdown.wrapped(f"- Raised in: {markdown.codes(places) or 'nowhere by itself'}"),
    ]
    return "\n".join(lines) + "\n"


def _raisers(name: str) -> Iterator[str]:
    """Yield the folders of the files that raise the error *name*, or choose it to be raised."""
    for path in source.sources(*ROOMS):
        if name in _chosen(source.tree(path)):
            place = path.relative_to(source.ROOT)
            yield str(place if place.parent.name == "" else place.parent)


def _chosen(tree: ast.Module) -> set[str]:
    """Return the names of classes that are called, or stand where a class is chosen."""
    caught = {
        id(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type
        for name in ast.walk(node.type)
    }
    wanted = (node for node in ast.walk(tree) if id(node) not in caught)
    return {ast.unparse(e).rpartition(".")[2] for node in wanted for e in _choices(node)}


def _choices(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call(func=func):
            return [func]
        case ast.Tuple(elts=several) | ast.Dict(values=several):
            return several
        case ast.IfExp(body=one, orelse=other):
            return [one, other]
        case ast.Return(value=ast.expr() as value):
            return [value]
        case _:
            return []
