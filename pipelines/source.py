"""What does a recipe's source say of itself? It is read and not run.

What recipes import is in their image, and need not be here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from factory.errors import InvalidRecipe


def literal(recipe: Path, name: str, default: Any) -> Any:
    """Return the literal that the file *recipe* assigns to *name*, or *default*.

    Raises InvalidRecipe where it is computed.
    """
    for node in _tree(recipe).body:
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == [name]:
            try:
                return ast.literal_eval(node.value)
            except ValueError as computed:
                raise InvalidRecipe(
                    f"{recipe.parent.name}/{recipe.name}: {name} is computed; write it as it is"
                ) from computed
    return default


def imported(module: Path) -> Iterator[str]:
    """Yield the packages that the file *module* imports when it is imported itself."""
    left: list[ast.AST] = [_tree(module)]
    while left:
        node = left.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            left += ast.iter_child_nodes(node)


def _tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), module)
