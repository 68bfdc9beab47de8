"""Which values does `factory check` refuse for a field? In the rules' own words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from docgen import source

CATALOGUE = source.ROOT / "factory" / "catalogue"
RULES = tuple(
    CATALOGUE / f"{name}.py" for name in ("judged_rules", "gate_rules", "rules", "builders")
)
ANYTHING = "\0"  # stands in a message for what only the value knows


def refusals(path: str) -> list[str]:
    """Return what the rules say of the field *path*, without the field's name and the value."""
    return [words for pattern, words in _messages() if pattern.fullmatch(path)]


def _messages() -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield each message of the rules as the pattern of its field and what it says.

    A message whose field only the value knows is about any text, and is left out.
    """
    for text in (text for file in RULES for text in _texts(source.tree(file))):
        field, colon, words = text.partition(": ")
        if colon and words.strip() and re.fullmatch(rf"[a-z][a-z_.{ANYTHING}]*", field):
            pattern = re.escape(field).replace(re.escape(ANYTHING), "[a-z_]+")
            yield re.compile(pattern), words.replace(ANYTHING, "…")


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield every text below *node*; one that is put together is one text."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else ANYTHING for p in parts)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _texts(child)
