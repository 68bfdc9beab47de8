"""Is every key spelled once, in factory/layout?"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = (
    *("aws", "cli", "demo", "engines", "factory", "lambdas", "local", "models", "pipelines"),
    *("report", "scan", "stacks"),
)
FOLDERS = (
    *(
        "approvals",
        "baselines",
        "bound",
        "captures",
        "champions",
        "code",
        "deploys",
        "findings",
        "judged",
    ),
    *("requests", "rollbacks", "runs", "seg", "sources", "specs"),
)
FILES = ("_?manifest", "latest", "evidence", "verdicts", "card", "baseline", "none", "reasons")
SPELLED = re.compile(
    "|".join(
        (
            r"^s3://",
            rf"^(?:{'|'.join(FOLDERS)})/",
            rf"/(?:{'|'.join(FOLDERS)})/",
            r"^models/\*",
            rf"(?:^|/)(?:(?:{'|'.join(FILES)})\.json|data\.parquet)$",
            r"^(?:file|window|model|product|recipe|definition|request)\|$",
            r"^E#|^HEAD$",
        )
    )
)
"""What a key or a URI looks like: a text, or a part of an f-string."""
ITS_HOME = ("factory/layout/", "aws/objects.py")
"""Where keys are spelled, and where a URI is taken apart and put together again."""


def sources():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith(ITS_HOME):
                yield name


def texts(tree):
    """Yield the texts of a module that are no docstrings, with their lines."""
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if text and id(node) not in documents:
            yield node.lineno, node.value


def spellings(source):
    found = texts(ast.parse(source))
    return [f"{line}: {text}" for line, text in found if SPELLED.search(text)]


@pytest.mark.parametrize("name", sorted(sources()))
def test_no_key_is_spelled_outside_the_layout(name):
    assert spellings((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'f"s3://{bucket}/x"',
        'aws.s3_get("s3://b/k")',
        'f"{folder}manifest.json"',
        'uri.endswith("/_manifest.json")',
        'f"runs/{model}"',
        'x = "baselines/*"',
        'x = "none.json"',
        'f"file|{key}"',
        'EVENT = "E#"',
        'f"{home}/sources/{id}.json"',
        'name = "data.parquet"',
    ],
)
def test_a_spelled_key_is_seen(source):
    assert spellings(source)


@pytest.mark.parametrize(
    "source",
    ['"""Reads runs/MODEL/evidence.json."""', 'f"models/{file}.py"', '"https://x"', "f'{a}|{b}'"],
)
def test_what_is_no_key_is_left_alone(source):
    assert spellings(source) == []
