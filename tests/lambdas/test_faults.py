"""Is a function's work complete, and done once, wherever it breaks and is told again?

Each function runs under its deployed role, in scenes that lie in `faults/scenes`. In each of them
every call to AWS is refused, takes effect without the function learning of it, or comes twice.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FUNCTIONS = sorted(p.parent.name for p in (ROOT / "lambdas").glob("*/handler.py"))
SILENT = {"now", "place", "tag_list", "dimensions_of", "index_retry", "log"}
"""What `aws` offers and what asks nobody by itself."""


@pytest.fixture(scope="module")
def walked(assembly):
    """What came of every scene, by function."""
    command = [sys.executable, "-m", "tests.lambdas.faults", str(assembly)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-5000:]
    scenes = [json.loads(line) for line in done.stdout.splitlines()]
    return {f: [s for s in scenes if s["function"] == f] for f in FUNCTIONS}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_whatever_breaks_the_work_is_complete_and_done_once_after_the_redelivery(walked, function):
    problems = [f"{s['scene']}: {p}" for s in walked[function] for p in s["problems"]]
    assert problems == [], "\n".join(problems[:10])
    assert sum(s["faults"] for s in walked[function]) > 0


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_call_in_the_code_of_a_function_is_made_in_some_scene(walked, function):
    reached = {line for scene in walked[function] for line in scene["lines"]}
    missing = {
        where
        for where, lines in calls_of(function).items()
        if not reached & {f"{where.split(':')[0]}:{line}" for line in lines}
    }
    assert missing == set(), f"tests/lambdas/faults/scenes has no way of {function} through these"


def calls_of(function):
    """Return every call to AWS in a function's own code, and the lines that it goes over."""
    found = {}
    for path in (ROOT / "lambdas" / function).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and (door := door_of(node.func)):
                lines = range(node.lineno, node.end_lineno + 1)
                found[f"{path.name}:{node.lineno} {door}"] = lines
    return found


def door_of(called):
    """Return which function of `aws` is called, if it is one that asks AWS."""
    mine = isinstance(called, ast.Attribute) and getattr(called.value, "id", "") == "aws"
    return called.attr if mine and called.attr not in SILENT else ""
