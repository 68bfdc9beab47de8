"""Is every type of event spelled once, at its class?"""

import ast
from pathlib import Path

import pytest

from factory.events.registry import TYPES

ROOT = Path(__file__).parents[3]
FOLDERS = (
    *(
        "aws",
        "bundling",
        "cli",
        "demo",
        "docgen",
        "engines",
        "factory",
        "lambdas",
        "local",
        "models",
    ),
    *("pipelines", "report", "scan", "stacks", "tests"),
)
ITS_HOME = ("factory/events/", "tests/factory/events/")
"""Where types are spelled, and where the spelling itself is tested."""


def sources():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith(ITS_HOME):
                yield name


def spellings(source):
    """Return the lines of the texts that are types of events, docstrings apart."""
    tree = ast.parse(source)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in documents
        if isinstance(node.value, str) and node.value in TYPES
    ]


@pytest.mark.parametrize("name", list(sources()))
def test_no_type_is_spelled_outside_its_class(name):
    assert spellings((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'kind = "model.deployed"',
        'if x == "drift.ended": pass',
        "f\"{session.events('model.refused')}\"",
    ],
)
def test_a_type_that_is_spelled_is_found(source):
    assert spellings(source)


def test_a_docstring_may_name_a_type():
    assert spellings('"""model.deployed"""\nkind = "a model.deployed"') == []
