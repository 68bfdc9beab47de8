"""What does the reference page of permissions say? It is written from the assembly."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from docgen import markdown
from docgen.assembly import Assembly, Permission

INTRODUCTION = """\
# Permissions

Each permission of each role, with the sentence that is its reason. The sentence is also what
cdk-nag is given for a wildcard. This page is generated from the assembly of one account, stage
`dev`.

Roles are named by their place in the stacks. [Duties and roles](../audit/duties-and-roles.md)
says who holds them. Beside these, bucket policies deny writing to the ledger and to the approved
models to everybody but one function.
"""
FED = """\
Each function that a queue feeds also holds what the construct library gives it to take messages:
{actions}. These have no sentence of their own.
"""
DENIED = "**denied**"


def page(assembly: Assembly) -> str:
    """Return the page as Markdown: a section per role."""
    by_role = itertools.groupby(assembly.permissions(), key=lambda each: each.path)
    sections = (_section(path, list(found)) for path, found in by_role)
    return "\n".join([INTRODUCTION, markdown.wrapped(_unsaid(assembly)) + "\n", *sections])


def _unsaid(assembly: Assembly) -> str:
    """Return the sentence about the actions that policies grant and no sentence is about."""
    said = {action for each in assembly.permissions() for action in each.actions}
    return FED.format(actions=markdown.codes(sorted({a for _, a in assembly.granted()} - said)))


def _section(path: str, permissions: list[Permission]) -> str:
    name = path.removesuffix("/Role").removesuffix("/Policy")
    header = ("Sentence", "Actions", "On")
    return f"## {name}\n\n" + markdown.table(header, _rows(permissions))


def _rows(permissions: list[Permission]) -> Iterator[tuple[str, str, str]]:
    for each in permissions:
        on = ", ".join(dict.fromkeys(f"`{resource}`" for resource in each.resources))
        yield each.sentence or DENIED, markdown.codes(each.actions), on + _when(each.conditions)


def _when(conditions: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the conditions in the order in which they are written."""
    words = [
        f"{key} {operator} {_values(value)}"
        for operator, pairs in conditions.items()
        for key, value in pairs.items()
    ]
    return f"; when {' and '.join(words)}" if words else ""


def _values(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return markdown.codes(
        v if isinstance(v, str) else json.dumps(v, sort_keys=True) for v in values
    )
